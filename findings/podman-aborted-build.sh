#!/usr/bin/env bash
# Podman 4.3.1 (Debian 12's podman 4.3.1+ds1-8+deb12u1+b3), runc 1.1.5. Needs Debian 12, root, curl and procps.
#
# Expected: when the client of a build goes away, what the build runs is ended, as by Docker.
# Seen: it runs on until it ends by itself. Its container isn't among Podman's, so no request ends it; once the command
# has ended, Podman notices that nobody wants the build, and removes the container.
#
#   while it builds    runs
#   its client gone    runs
#   containers         none
#
# So Slipway runs what may take long in a container of its own, and commits that
# (core/container/docker/image/dependencies-build.ts). Fails if this changes.
set -euo pipefail
work=$(mktemp -d)
service=
podman=(podman)
end() {
  # What was prepared for a container is nobody's child: it doesn't end with the service.
  [ -z "$service" ] || { "${podman[@]}" rm --all --force --time 0 >/dev/null 2>&1 || true; kill "$service" 2>/dev/null || true; wait; }
  rm -rf "$work"
}
trap end EXIT
cd "$work"

# Unpacked here, not installed, so this machine's own engines stay as they are.
apt-get download -qq podman=4.3.1+ds1-8+deb12u1+b3 conmon runc libgpgme11 libassuan0 libsubid4 \
  libdevmapper1.02.1 libglib2.0-0 busybox-static >apt.log 2>&1 ||
  { cat apt.log >&2; exit 1; }
for package in *.deb; do dpkg-deb -x "$package" root; done
export LD_LIBRARY_PATH=$work/root/usr/lib/$(uname -m)-linux-gnu
# It is run in an environment of its own.
printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s "$@"\n' "$LD_LIBRARY_PATH" "$work/root/usr/bin/conmon" >conmon
chmod +x conmon
# Podman's own limits are more than root in a container may set.
cat >containers.conf <<CONF
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
conmon_path = ["$work/conmon"]
[engine.runtimes]
runc = ["$work/root/usr/sbin/runc"]
CONF
export CONTAINERS_CONF=$work/containers.conf
podman=("$work/root/usr/bin/podman" --storage-driver vfs --root "$work/images" --runroot "$work/run" --tmpdir "$work/tmp")
"${podman[@]}" system service --time=0 "unix://$work/podman.sock" >podman.log 2>&1 &
service=$!
for _ in $(seq 100); do [ -S podman.sock ] && break; sleep 0.1; done

ask() { curl -sS --unix-socket podman.sock "http://podman/v1.41$1" "${@:2}"; }
mark=$((RANDOM + 100000))
mkdir context
cp "$work/root/bin/busybox" context/
printf 'FROM scratch\nCOPY busybox /\nRUN ["/busybox", "sleep", "%s"]\n' "$mark" >context/Dockerfile
tar -C context -cf context.tar .
curl -sS --unix-socket podman.sock 'http://podman/v1.41/build?t=finding&networkmode=host' \
  -H 'Content-Type: application/x-tar' --data-binary @context.tar >build.log 2>&1 &
client=$!
running() { pgrep -f "sleep $mark\$" >/dev/null && echo runs || echo ended; }
for _ in $(seq 300); do [ "$(running)" = runs ] && break; sleep 0.1; done
{
  printf 'while it builds    %s\n' "$(running)"
  kill "$client"
  sleep 5
  printf 'its client gone    %s\n' "$(running)"
  listed=$(ask '/containers/json?all=true')
  printf 'containers         %s\n' "$([ "$listed" = '[]' ] && echo none || echo "$listed")"
} | tee seen
pkill -9 -f "sleep $mark\$" || true
for _ in $(seq 100); do [ "$(running)" = ended ] && break; sleep 0.1; done
diff seen - <<'SEEN' || { cat podman.log build.log >&2; exit 1; }
while it builds    runs
its client gone    runs
containers         none
SEEN
