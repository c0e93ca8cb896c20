#!/usr/bin/env bash
# Keeps a real FHIR server in step: first run, nothing to do, a change, what vanished, somebody
# else's change, kills in the middle.
#   sync.sh PARANEO URL CA_FILE
set -euo pipefail
paraneo="${1:?give the path of the program}" url="$2" authority="$3"
work="$(mktemp -d)"
run="sync$$"  # of the records: the server may have those of an earlier run
trap 'rm -rf "$work"' EXIT
mkdir "$work/records"
cat > "$work/paraneo.toml" <<TOML
[sync]
server = "$url"
certificate-authority = "$authority"
source = "$work/records"
ledger = "$work/ledger.sqlite"
shrink-max = 50
transaction-entries = 20
TOML

record() {  # NUMBER VALUE [without the second fact]
  local second=',{"key":"b","code":{"text":"second"},"value":{"number":1,"unit":"U/L"}}'
  [ $# -lt 3 ] || second=""
  echo '{"resourceType":"CaseRecord","version":"1","id":"'"$run"'-'"$1"'","subject":{"sex":"female"},"observations":[{"key":"a","code":{"text":"first"},"value":{"number":'"$2"',"unit":"U/L"}}'"$second"']}' \
    > "$work/records/$1.json"
}
expect() {  # NAME EXPECTED ACTUAL
  if [[ "$3" != *"$2"* ]]; then echo "FAILED: $1: expected '$2', got '$3'"; exit 1; fi
  echo "ok: $1"
}
code=0
sync() {
  code=0
  out="$("$paraneo" sync "$@" --config "$work/paraneo.toml" 2>&1)" || code=$?
}

for i in $(seq 1 20); do record "$i" 26.0; done
sync run
expect "first run" "created 60, updated 0, retracted 0, found 0" "$out"
sync run
expect "nothing to do" "20 untouched" "$out"
expect "nothing to do: sent" "created 0, updated 0, retracted 0, found 0" "$out"
rm "$work/ledger.sqlite"*
sync run
expect "a lost ledger finds what is there" "created 0, updated 0, retracted 0, found 60" "$out"
record 1 27
record 2 26.0 without
rm "$work/records/3.json"
sync plan
expect "plan, field by field" "valueQuantity.value: 26.0 -> 27" "$out"
sync run
expect "a change, a vanished fact, a vanished record" "created 0, updated 1, retracted 4" "$out"

"$paraneo" pull --server "$url" --certificate-authority "$authority" --query 'Observation?status=final' -o "$work/all.ndjson" 2> /dev/null
grep "$run-4#a" "$work/all.ndjson" | sed 's/"value":26.0/"value":5.5/' > "$work/theirs.ndjson"
expect "the resource to change" "1" "$(wc -l < "$work/theirs.ndjson")"
"$paraneo" push "$work/theirs.ndjson" --server "$url" --certificate-authority "$authority" 2> /dev/null
record 4 30
sync run
expect "somebody else's change is parked" "5" "$code"
sync status
expect "and shown" "theirs 5.5, ours 30" "$out"
sync retry --all --resolve ours
sync run
expect "and settled" "0" "$code"

for i in $(seq 30 130); do record "$i" 1; done
for _ in $(seq 1 15); do
  "$paraneo" sync run --config "$work/paraneo.toml" > /dev/null 2>&1 &
  victim=$!
  sleep "0.$((RANDOM % 8 + 1))"
  kill -KILL "$victim" 2> /dev/null || true
  wait "$victim" 2> /dev/null || true
done
sync run
expect "after kills" "0" "$code"
"$paraneo" pull --server "$url" --certificate-authority "$authority" -o "$work/after.ndjson" 2> /dev/null
expect "all there" "303" "$(grep -cE "$run-(3[0-9]|[4-9][0-9]|1[0-3][0-9])#" "$work/after.ndjson")"
expect "in one version" "303" "$(grep -E "$run-(3[0-9]|[4-9][0-9]|1[0-3][0-9])#" "$work/after.ndjson" | grep -c '"versionId":"1"')"
