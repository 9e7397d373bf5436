#!/usr/bin/env bash
# Fabric's base images for an engine that has none: pulled where its registry can be reached, else stand-ins made of
# Debian packages with this machine's own Node, Go, JDK and Maven, laid out as the real ones are
# (hyperledger/fabric-chaincode-node docker/fabric-nodeenv, hyperledger/fabric-chaincode-java fabric-chaincode-docker,
# hyperledger/fabric images/ccenv and images/baseos): the same users, folders and scripts. ccenv and javaenv hold what the
# fixtures depend on already, since every peer of a test makes dependencies of its own.
# Makes only what is missing. Root, debootstrap and the docker client are needed.
# SLIPWAY_IMAGES_FROM names an engine to copy them from, as DOCKER_HOST does.
# usage: make.sh baseos nodeenv ccenv javaenv
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
fixtures=$here/../../fixtures/chaincode
examples=$here/../../../examples
version=2.5

name() { printf 'hyperledger/fabric-%s:%s' "$1" "$version"; }
there() { docker image inspect "$(name "$1")" >/dev/null 2>&1; }
all_there() { for each in "$@"; do there "$each" || return 1; done; }

all_there "$@" && exit 0

# One at a time on an engine: test files run side by side, and each asks for what it needs.
if command -v flock >/dev/null; then
  exec 9>"${TMPDIR:-/tmp}/slipway-base-images.$(printf %s "${DOCKER_HOST:-}" | cksum | cut -d ' ' -f 1).lock"
  flock 9
fi

work=$(mktemp -d "${TMPDIR:-/tmp}/slipway-base.XXXXXX")
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT

say() { printf 'base images: %s\n' "$*" >&2; }

# This machine's own release and mirror, since programs of this machine go into it.
suite=bookworm mirror=http://deb.debian.org/debian
if grep -qsx 'ID=debian' /etc/os-release; then
  suite=$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)
  own=$(apt-get indextargets --format '$(CODENAME) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' 2>/dev/null |
    sed -n "s/^$suite main //p" | head -n 1)
  mirror=${own:-$mirror}
fi

# A Debian root file system, once, with what builds need; every image begins with it.
rootfs() {
  there baseos && return
  say "debootstrap $suite ($(name baseos))"
  debootstrap --variant=minbase --include=ca-certificates,gcc,libc6-dev "$suite" "$work/root" "$mirror" \
    >"$work/debootstrap.log" 2>&1 || { tail -n 20 "$work/debootstrap.log" >&2; return 1; }
  rm -rf "$work/root/var/cache/apt/archives"/*.deb "$work/root/var/lib/apt/lists"/* "$work/root/usr/share"/{doc,man,locale}
  # The user of baseos and ccenv.
  echo 'chaincode:x:500:500::/home/chaincode:/bin/sh' >>"$work/root/etc/passwd"
  echo 'chaincode:x:500:' >>"$work/root/etc/group"
  install -d -o 500 -g 500 "$work/root/home/chaincode"
  # What this machine trusts: behind a proxy of its own that is more than Debian does.
  cp -L /etc/ssl/certs/ca-certificates.crt "$work/root/etc/ssl/certs/ca-certificates.crt"
  tar -C "$work/root" -c . | docker import --change 'CMD ["/bin/sh"]' --change 'USER chaincode' \
    --change 'ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt' - "$(name baseos)" >/dev/null
  rm -rf "$work/root"
}

# The libraries a program of this machine is linked to, but those that every Debian has: `libraries PROGRAM FOLDER`.
libraries() {
  ldd "$1" 2>/dev/null | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p' | grep -v -E '/(libc|libm|libdl|libpthread|librt|libgcc_s)\.so' |
    while read -r each; do install -D "$(readlink -f "$each")" "$2/usr/local/lib/${each##*/}"; done
}

# An image of a folder laid over baseos: `over NAME FOLDER` with further Dockerfile lines on stdin.
over() {
  { printf 'FROM %s\nUSER root\nCOPY root/ /\n' "$(name baseos)"; cat; } >"$2/Dockerfile"
  DOCKER_BUILDKIT=0 docker build -q -t "$(name "$1")" "$2" >/dev/null 2>"$2.log" || { cat "$2.log" >&2; return 1; }
}

nodeenv() {
  local at=$work/nodeenv node npm
  node=$(readlink -f "$(command -v node)")
  npm=$(readlink -f "$(command -v npm)")
  npm=${npm%/bin/npm-cli.js}
  mkdir -p "$at/root"/{usr/local/bin,usr/local/src,chaincode/input,chaincode/output,"${npm%/*}"}
  cp "$node" "$at/root/usr/local/bin/node"
  libraries "$node" "$at/root"
  # Debian's own npm has its dependencies beside it, others have them inside.
  case $npm in /usr/share/nodejs/*) cp -rL /usr/share/nodejs "$at/root/usr/share/" ;; *) cp -rL "$npm" "$at/root$npm" ;; esac
  ln -s "$npm/bin/npm-cli.js" "$at/root/usr/local/bin/npm"
  ln -s "$npm/bin/npx-cli.js" "$at/root/usr/local/bin/npx"
  install -m 755 "$here/nodeenv/build.sh" "$here/nodeenv/start.sh" "$at/root/chaincode/"
  over nodeenv "$at" <<'DOCKER'
ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt NPM_CONFIG_UPDATE_NOTIFIER=false
RUN ldconfig && node --version && npm --version
DOCKER
}

ccenv() {
  local at=$work/ccenv goroot
  goroot=$(go env GOROOT)
  mkdir -p "$at/root/usr/local/go" "$at/root/chaincode"/{input,output}
  for part in bin lib pkg src VERSION go.env; do [ -e "$goroot/$part" ] && cp -rL "$goroot/$part" "$at/root/usr/local/go/"; done
  for folder in "$fixtures"/go-* "$examples"/*-go; do
    mkdir -p "$at/root/warm/${folder##*/}"
    cp "$folder"/*.go "$folder"/go.* "$at/root/warm/${folder##*/}/"
  done
  over ccenv "$at" <<DOCKER
ENV PATH=/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
RUN chown -R 500:500 /chaincode
USER chaincode
RUN export GOPROXY=$(go env GOPROXY); for each in /warm/*; do \
  (cd "\$each" && go build -ldflags "-linkmode external -extldflags '-static'" -o /dev/null .) || true; done
DOCKER
}

javaenv() {
  local at=$work/javaenv jdk maven
  jdk=$(java -XshowSettings:properties -version 2>&1 | sed -n 's/^ *java.home = //p')
  maven=$(mvn -v | sed 's/\x1b\[[0-9;]*m//g' | sed -n 's/^Maven home: //p')
  mkdir -p "$at/root/opt" "$at/root/chaincode"/{input,output} "$at/root/root/chaincode-java"/{chaincode,.mvn}
  # Debian's JDK has links to packages that may not be there (src.zip): those are passed over.
  cp -rL "$jdk" "$at/root/opt/java" 2>/dev/null || [ -x "$at/root/opt/java/bin/java" ]
  cp -rL "$maven" "$at/root/opt/maven"
  install -m 755 "$here/javaenv/build.sh" "$here/javaenv/start" "$here/javaenv/mvnw" "$at/root/root/chaincode-java/"
  libraries "$jdk/bin/java" "$at/root"
  mkdir -p "$at/root/warm"
  cp "$fixtures/java-contract/pom.xml" "$at/root/warm/"
  over javaenv "$at" <<'DOCKER'
ENV JAVA_HOME=/opt/java PATH=/opt/java/bin:/opt/maven/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
WORKDIR /root/chaincode-java
RUN ldconfig && java -version
RUN cd /warm && mvn -B -q -ntp compile package -DskipTests -Dmaven.test.skip=true || true; rm -rf /warm
DOCKER
}

# The real one; where it cannot be had, that is seen in a moment.
pulled() { docker pull -q "$(name "$1")" >/dev/null 2>&1; }

copied() {
  [ -n "${SLIPWAY_IMAGES_FROM:-}" ] && docker -H "$SLIPWAY_IMAGES_FROM" image inspect "$(name "$1")" >/dev/null 2>&1 || return 1
  docker -H "$SLIPWAY_IMAGES_FROM" save "$(name "$1")" | docker load >/dev/null
  # Podman takes a name without a registry for one of its own.
  there "$1" || docker tag "localhost/$(name "$1")" "$(name "$1")"
}

wanted=()
for each in "$@"; do there "$each" || copied "$each" || pulled "$each" || wanted+=("$each"); done
[ ${#wanted[@]} -gt 0 ] || exit 0
[ "$(id -u)" = 0 ] && command -v debootstrap >/dev/null ||
  { say "not here, not to be pulled, and only root with debootstrap can make them: ${wanted[*]}"; exit 1; }
rootfs
# Side by side: one waits for the network while another compiles.
making=()
for each in "${wanted[@]}"; do
  [ "$each" = baseos ] && continue
  say "$(name "$each")"
  "$each" &
  making+=($!)
done
for each in "${making[@]}"; do wait "$each"; done
