#!/usr/bin/env bash
# Starts HAPI FHIR over TLS, runs every test (or those that are named) against it, and stops it.
#   run.sh PARANEO [SCRIPT...]
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
. "$here/wait_for.sh"
paraneo="$(realpath "${1:?give the path of the program}")"
shift
[ $# -gt 0 ] || set -- chain.sh cases.sh push_pull.sh remote.sh sync.sh restore.sh faults.sh
for tool in java javac mvn python3; do
  if ! command -v "$tool" > /dev/null; then
    echo "SKIPPED: $tool is not there; nothing was tried against a real FHIR server"
    exit 77
  fi
done
work="$(mktemp -d)"
server=""
finish() {
  if [ -n "$server" ]; then kill "$server" 2> /dev/null || true; wait "$server" 2> /dev/null || true; fi
  rm -rf "$work"
}
trap finish EXIT

"$here/hapi/server.sh" prepare
"$here/hapi/server.sh" run "$work/hapi" > "$work/hapi.log" 2>&1 &
server=$!
wait_for 300 "$work/hapi/ready" "$server" "$work/hapi.log"
for script; do
  echo "== $script"
  "$here/$script" "$paraneo" "$(cat "$work/hapi/ready")" "$work/hapi/ca.crt"
done
