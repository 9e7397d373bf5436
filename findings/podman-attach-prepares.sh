#!/usr/bin/env bash
# Podman 4.3.1 (Debian 12's podman 4.3.1+ds1-8+deb12u1+b3), runc 1.1.5. Needs Debian 12, root and curl.
#
# Expected: attaching to a container that was only created says nothing about its program, and runs nothing. With Docker
# it is `start` that fails where there is no such program.
# Seen: attaching does the first half of the start. A process exists from then on, though the state still is "created".
# If there is no such program, it is the attachment that fails.
#
#   before            created  without a process
#   attaching         101
#   after             created  with a process
#   no such program   409
#
# Slipway reads a refused attachment as it reads a refused start (core/container/docker/engine/container-streams.ts).
# Fails if this changes.
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
  libdevmapper1.02.1 libglib2.0-0 >apt.log 2>&1 ||
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
tar -C /usr/bin -cf image.tar true
ask '/images/create?fromSrc=-&repo=finding' -H 'Content-Type: application/x-tar' --data-binary @image.tar >import.log

create() {
  ask /containers/create -H 'Content-Type: application/json' \
    -d "{\"Image\":\"finding\",\"Cmd\":[\"$1\"],\"HostConfig\":{\"NetworkMode\":\"host\"}}" | sed 's/.*"Id":"\([0-9a-f]*\)".*/\1/'
}
state() {
  local answer
  answer=$(ask "/containers/$1/json")
  printf '%s  ' "$(grep -o -m 1 '"Status":"[a-z]*"' <<<"$answer" | head -n 1 | cut -d '"' -f 4)"
  case $answer in *'"Pid":0,'*) echo 'without a process' ;; *) echo 'with a process' ;; esac
}
# An attachment lasts: it is left after a moment.
attach() {
  ask "/containers/$1/attach?stream=1&stdout=1&stderr=1" -X POST -H 'Connection: Upgrade' -H 'Upgrade: tcp' \
    --max-time 10 -o answer.log -w '%{http_code}\n' 2>/dev/null || true
}
{
  good=$(create /true)
  printf 'before            %s\n' "$(state "$good")"
  printf 'attaching         %s\n' "$(attach "$good")"
  printf 'after             %s\n' "$(state "$good")"
  printf 'no such program   %s\n' "$(attach "$(create /no/such/program)")"
} | tee seen
diff seen - <<'SEEN' || { cat podman.log answer.log >&2; exit 1; }
before            created  without a process
attaching         101
after             created  with a process
no such program   409
SEEN
