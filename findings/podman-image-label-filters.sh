#!/usr/bin/env bash
# Podman 4.3.1 (Debian 12's podman 4.3.1+ds1-8+deb12u1+b3). Needs Debian 12, root and curl; runs no container.
#
# Expected: `GET /images/json` with two labels in its filter lists the images that have both, as Docker's does, and as
# Podman's own list of containers does.
# Seen: the answer hangs on how the two labels are written. As a list, no image is found, not even by the same label
# twice. As a map of label to true, which is what the docker command sends, one of the two labels is enough.
#
#   one label                       ["a=1"]                    found
#   both labels it has              ["a=1","b=2"]              none
#   one label, twice                ["a=1","a=1"]              none
#   both, as a map                  {"a=1":true,"b=2":true}    found
#   one it has and one it hasn't    {"a=1":true,"c=3":true}    found
#
# Slipway asks for one label and compares the others itself (core/container/docker/engine/images.ts). Fails if this
# changes.
set -euo pipefail
work=$(mktemp -d)
service=
trap '[ -z "$service" ] || kill "$service" 2>/dev/null || true; wait; rm -rf "$work"' EXIT
cd "$work"

# Unpacked here, not installed, so this machine's own engines stay as they are. Podman starts only where it finds the
# programs that would run a container.
apt-get download -qq podman=4.3.1+ds1-8+deb12u1+b3 conmon runc libgpgme11 libassuan0 libsubid4 \
  libdevmapper1.02.1 libglib2.0-0 >apt.log 2>&1 ||
  { cat apt.log >&2; exit 1; }
for package in *.deb; do dpkg-deb -x "$package" root; done
export LD_LIBRARY_PATH=$work/root/usr/lib/$(uname -m)-linux-gnu
cat >containers.conf <<CONF
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
conmon_path = ["$work/root/usr/bin/conmon"]
[engine.runtimes]
runc = ["$work/root/usr/sbin/runc"]
CONF
export CONTAINERS_CONF=$work/containers.conf
"$work/root/usr/bin/podman" --storage-driver vfs --root "$work/images" --runroot "$work/run" --tmpdir "$work/tmp" \
  system service --time=0 "unix://$work/podman.sock" >podman.log 2>&1 &
service=$!
for _ in $(seq 100); do [ -S podman.sock ] && break; sleep 0.1; done

ask() { curl -sS --fail --unix-socket podman.sock "http://podman/v1.41$1" "${@:2}"; }
tar -cf empty.tar -T /dev/null
ask '/images/create?fromSrc=-&repo=finding&changes=LABEL%20a=1&changes=LABEL%20b=2' \
  -H 'Content-Type: application/x-tar' --data-binary @empty.tar >import.log || { cat podman.log >&2; exit 1; }

try() {
  local answer
  answer=$(ask /images/json --get --data-urlencode "filters={\"label\":$2}")
  case $answer in *finding:*) answer=found ;; '[]'*) answer=none ;; esac
  printf '%-31s %-26s %s\n' "$1" "$2" "$answer"
}
{
  try 'one label' '["a=1"]'
  try 'both labels it has' '["a=1","b=2"]'
  try 'one label, twice' '["a=1","a=1"]'
  try 'both, as a map' '{"a=1":true,"b=2":true}'
  try "one it has and one it hasn't" '{"a=1":true,"c=3":true}'
} | tee seen
diff seen - <<'SEEN'
one label                       ["a=1"]                    found
both labels it has              ["a=1","b=2"]              none
one label, twice                ["a=1","a=1"]              none
both, as a map                  {"a=1":true,"b=2":true}    found
one it has and one it hasn't    {"a=1":true,"c=3":true}    found
SEEN
