#!/usr/bin/env bash
# What a real FHIR server does, by probe, and pulls that go on where the last one ended.
#   remote.sh PARANEO URL CA_FILE
set -euo pipefail
paraneo="${1:?give the path of the program}" url="$2" authority="$3"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME="$work/state"
to=(--server "$url" --certificate-authority "$authority" --no-progress)
expect() {  # NAME EXPECTED ACTUAL
  if [ "$2" != "$3" ]; then echo "FAILED: $1: expected '$2', got '$3'"; cat "$work/err"; exit 1; fi
  echo "ok: $1"
}
code() { local c=0; "$paraneo" "$@" > "$work/out" 2> "$work/err" || c=$?; echo "$c"; }

expect "probe" 0 "$(code probe "${to[@]}" --save "$work/probe.json" --transaction-entries 50)"
cat "$work/out"
found() { grep -c "\"$1\": \"$2\"" "$work/probe.json" || true; }
expect "a stale If-Match gives 409" 1 "$(found ifMatch 409)"
expect "update makes a resource" 1 "$(found updateAsCreate yes)"
expect "a PUT without a change makes no version" 1 "$(found unchangedKeepsVersion yes)"
expect "_lastUpdated" 1 "$(found lastUpdated yes)"
expect "_total" 1 "$(found total yes)"
expect "_summary=count" 1 "$(found summaryCount yes)"
expect "history of the system" 1 "$(found historySystem yes)"
expect "nothing of the probe is left" 0 \
  "$("$paraneo" pull "${to[@]}" --query 'Basic?' 2> "$work/err" | grep -c paraneo-probe || true)"

for i in $(seq 30); do
  echo "{\"resourceType\":\"Organization\",\"id\":\"rm-$i\",\"name\":\"n\"}"
done > "$work/all.ndjson"
expect "push" 0 "$(code push "$work/all.ndjson" "${to[@]}")"
pull=(pull "${to[@]}" --query 'Organization?' --since auto --deletions "$work/gone.ndjson" --page-size 7)
expect "first pull" 0 "$(code "${pull[@]}")"
expect "all came" 30 "$(grep -c '"id":"rm-' "$work/out")"
echo '{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":"Organization/rm-5"}}]}' > "$work/gone.json"
expect "delete one" 0 "$(code push "$work/gone.json" "${to[@]}")"
expect "second pull" 0 "$(code "${pull[@]}")"
expect "nothing came twice" 0 "$(wc -l < "$work/out")"
expect "the deletion was seen" 1 "$(grep -c 'Organization/rm-5' "$work/gone.ndjson")"

{
  for p in a b; do
    echo "{\"resourceType\":\"Patient\",\"id\":\"rm-$p\"}"
    echo "{\"resourceType\":\"Observation\",\"id\":\"rm-$p-1\",\"status\":\"final\",\"code\":{\"text\":\"x\"},\"subject\":{\"reference\":\"Patient/rm-$p\"}}"
  done
} > "$work/patients.ndjson"
expect "push two patients" 0 "$(code push "$work/patients.ndjson" "${to[@]}")"
of_one=(pull "${to[@]}" --patient rm-a --since auto --deletions "$work/gone.ndjson")
expect "deletions that nobody took away are not written over" 2 "$(code "${of_one[@]}")"
rm "$work/gone.ndjson"
expect "pull one" 0 "$(code "${of_one[@]}")"
echo '{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":"Observation/rm-a-1"}},{"request":{"method":"DELETE","url":"Observation/rm-b-1"}}]}' > "$work/gone.json"
expect "delete one of each" 0 "$(code push "$work/gone.json" "${to[@]}")"
expect "pull one again" 0 "$(code "${of_one[@]}")"
expect "its own deletion only" "Observation/rm-a-1" "$(grep -o 'Observation/rm-[a-z0-9-]*' "$work/gone.ndjson")"
