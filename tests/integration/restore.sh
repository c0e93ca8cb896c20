#!/usr/bin/env bash
# The runbook of docs/sync.md, "Back up and restore": a real FHIR server whose database is set back to a copy, and
# brought to what the ledger says. It has a server of its own, since it stops it.
#   restore.sh PARANEO [URL CA_FILE]
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
. "$here/wait_for.sh"
paraneo="${1:?give the path of the program}"
work="$(mktemp -d)"
server=""
stop() {
  [ -n "$server" ] || return 0
  kill "$server" 2> /dev/null || true
  wait "$server" 2> /dev/null || true  # the database is closed by then
  server=""
}
trap 'stop; rm -rf "$work"' EXIT
port="$(python3 "$here/free_ports.py" 1)"
start() {
  rm -f "$work/hapi/ready"
  "$here/hapi/server.sh" run "$work/hapi" "$work/database" "$port" > "$work/hapi.log" 2>&1 &
  server=$!
  wait_for 300 "$work/hapi/ready" "$server" "$work/hapi.log"
}
expect() {  # NAME EXPECTED ACTUAL
  if [[ "$3" != *"$2"* ]]; then echo "FAILED: $1: expected '$2', got '$3'"; exit 1; fi
  echo "ok: $1"
}
record() {  # NUMBER VALUE
  echo '{"resourceType":"CaseRecord","version":"1","id":"restore-'"$1"'","subject":{"sex":"female"},"observations":[{"key":"a","code":{"text":"first"},"value":{"number":'"$2"',"unit":"U/L"}}]}' \
    > "$work/records/$1.json"
}
code=0
sync() {
  code=0
  out="$("$paraneo" sync "$@" --config "$work/paraneo.toml" 2>&1)" || code=$?
}
# What the server has, without versions and times.
contents() {
  "$paraneo" pull --server "$url" --certificate-authority "$work/hapi/ca.crt" --overwrite -o "$work/all.ndjson" 2> "$work/pull.log"
  python3 - "$work/all.ndjson" <<'PYTHON'
import json, sys
for resource in sorted((json.loads(line) for line in open(sys.argv[1])), key=lambda each: (each["resourceType"], each["id"])):
    resource.pop("meta", None)
    print(json.dumps(resource, sort_keys=True))
PYTHON
}

mkdir "$work/records"
start
url="$(cat "$work/hapi/ready")"
cat > "$work/paraneo.toml" <<TOML
[sync]
server = "$url"
certificate-authority = "$work/hapi/ca.crt"
source = "$work/records"
ledger = "$work/ledger.sqlite"
shrink-max = 50
TOML
for i in $(seq 1 10); do record "$i" 1; done
sync run
expect "the first run" "created 20, updated 0, retracted 0" "$out"

stop
cp "$work/database.mv.db" "$work/copy.mv.db"  # the backup
start
for i in $(seq 1 3); do record "$i" 2; done   # changed since
for i in $(seq 11 13); do record "$i" 1; done # came since
rm "$work/records/10.json"                     # vanished since
sync run
expect "what happened after the backup" "created 6, updated 3, retracted 2" "$out"
contents > "$work/before"

stop
cp "$work/copy.mv.db" "$work/database.mv.db"  # the restore
start
sync run
expect "a run that compares the source with the ledger finds nothing to do" "created 0, updated 0, retracted 0" "$out"
contents > "$work/restored"
expect "and yet the server has lost something" differs "$(cmp -s "$work/before" "$work/restored" || echo differs)"

sync verify
expect "verify finds it" 1 "$code"
expect "and says what" "6 missing, 5 changed, 0 returned" "$out"
sync verify --repair
expect "repair lets the next run decide" 0 "$code"
sync run --on-conflict ours --change-max 100
expect "the run ends well" 0 "$code"
contents > "$work/after"
expect "the server has what it had before the restore" same "$(cmp -s "$work/before" "$work/after" && echo same || diff "$work/before" "$work/after" | head -4)"
sync verify
expect "and the ledger agrees" 0 "$code"
sync run
expect "nothing is left to do" "created 0, updated 0, retracted 0, found 0" "$out"
