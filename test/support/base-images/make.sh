#!/usr/bin/env bash
# Stand-ins for Fabric's base images, for an engine that has none and cannot pull them: Debian packages with this
# machine's own Node, Go, JDK and Maven, laid out as the real ones are (hyperledger/fabric-chaincode-node
# docker/fabric-nodeenv, hyperledger/fabric-chaincode-java fabric-chaincode-docker, hyperledger/fabric images/ccenv).
# Makes only what is missing. Root, debootstrap and the docker client are needed.
# usage: make.sh baseos nodeenv ccenv javaenv
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
version=2.5
work=$(mktemp -d "${TMPDIR:-/tmp}/slipway-base.XXXXXX")
trap 'rm -rf "$work"' EXIT

name() { printf 'hyperledger/fabric-%s:%s' "$1" "$version"; }
there() { docker image inspect "$(name "$1")" >/dev/null 2>&1; }
say() { printf 'base images: %s\n' "$*" >&2; }

# A Debian root file system, once, with what builds need; every image begins with it.
rootfs() {
  there baseos && return
  say "debootstrap ($(name baseos))"
  debootstrap --variant=minbase --include=ca-certificates,gcc,libc6-dev bookworm "$work/root" \
    "${SLIPWAY_DEBIAN_MIRROR:-http://deb.debian.org/debian}" >"$work/debootstrap.log" 2>&1 ||
    { tail -n 20 "$work/debootstrap.log" >&2; return 1; }
  rm -rf "$work/root/var/cache/apt/archives"/*.deb "$work/root/var/lib/apt/lists"/* "$work/root/usr/share"/{doc,man,locale}
  # What this machine trusts: behind a proxy of its own that is more than Debian does.
  cp -L /etc/ssl/certs/ca-certificates.crt "$work/root/etc/ssl/certs/ca-certificates.crt"
  tar -C "$work/root" -c . | docker import --change 'CMD ["/bin/sh"]' \
    --change 'ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt' - "$(name baseos)" >/dev/null
  rm -rf "$work/root"
}

# An image of a folder laid over baseos: `over NAME FOLDER` with further Dockerfile lines on stdin.
over() {
  { printf 'FROM %s\nCOPY root/ /\n' "$(name baseos)"; cat; } >"$2/Dockerfile"
  DOCKER_BUILDKIT=0 docker build -q -t "$(name "$1")" "$2" >/dev/null 2>"$work/build.log" || { cat "$work/build.log" >&2; return 1; }
}

nodeenv() {
  local at=$work/nodeenv node prefix
  node=$(readlink -f "$(command -v node)")
  prefix=$(npm root -g)
  mkdir -p "$at/root"/{usr/local/bin,usr/local/lib/node_modules,usr/local/src,chaincode/input,chaincode/output}
  cp "$node" "$at/root/usr/local/bin/node"
  cp -rL "$prefix/npm" "$at/root/usr/local/lib/node_modules/npm"
  ln -s ../lib/node_modules/npm/bin/npm-cli.js "$at/root/usr/local/bin/npm"
  ln -s ../lib/node_modules/npm/bin/npx-cli.js "$at/root/usr/local/bin/npx"
  install -m 755 "$here/nodeenv/build.sh" "$here/nodeenv/start.sh" "$at/root/chaincode/"
  over nodeenv "$at" <<<'ENV NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt NPM_CONFIG_UPDATE_NOTIFIER=false'
}

ccenv() {
  local at=$work/ccenv goroot
  goroot=$(go env GOROOT)
  mkdir -p "$at/root/usr/local/go" "$at/root/chaincode"/{input,output}
  for part in bin lib pkg src VERSION go.env; do [ -e "$goroot/$part" ] && cp -rL "$goroot/$part" "$at/root/usr/local/go/"; done
  over ccenv "$at" <<'DOCKER'
ENV GOPATH=/go PATH=/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
WORKDIR /go
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
  over javaenv "$at" <<'DOCKER'
ENV JAVA_HOME=/opt/java PATH=/opt/java/bin:/opt/maven/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
WORKDIR /root/chaincode-java
DOCKER
}

wanted=()
for each in "$@"; do there "$each" || wanted+=("$each"); done
[ ${#wanted[@]} -gt 0 ] || exit 0
rootfs
for each in "${wanted[@]}"; do
  [ "$each" = baseos ] && continue
  say "$(name "$each")"
  "$each"
done
