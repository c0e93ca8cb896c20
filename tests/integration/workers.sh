#!/usr/bin/env bash
# Two workers on one PostgreSQL ledger and one Kafka topic (librdkafka's mock broker), into the
# sandbox: nothing is sent twice, and a killed worker's records are taken over.
#   workers.sh PARANEO MOCK_KAFKA
set -euo pipefail
paraneo="$(realpath "${1:?give the path of the program}")" mock="$(realpath "${2:?give the path of mock_kafka}")"
programs="$(ls -d /usr/lib/postgresql/*/bin 2> /dev/null | tail -1)"
if [ -z "$programs" ]; then
  echo "SKIPPED: PostgreSQL is not there; several workers were not tried together"
  exit 77
fi
work="$(mktemp -d)"
running=()
finish() {
  exec 9>&- || true
  for pid in "${running[@]}"; do kill "$pid" 2> /dev/null || true; wait "$pid" 2> /dev/null || true; done
  rm -rf "$work"
}
trap finish EXIT
expect() {  # NAME EXPECTED ACTUAL
  if [ "$2" != "$3" ]; then echo "FAILED: $1: expected '$2', got '$3'"; tail -n 5 "$work"/*.log; exit 1; fi
  echo "ok: $1"
}
until_true() {  # COMMAND... : five minutes at most
  for _ in $(seq 3000); do "$@" && return; sleep 0.1; done
  echo "FAILED: waited in vain for: $*"; tail -n 5 "$work"/*.log; exit 1
}

# PostgreSQL refuses to run as root. It is our own child, so that it can be ended by its number.
as=()
if [ "$(id -u)" = 0 ]; then
  mkdir "$work/pg" && chown postgres "$work/pg" && chmod 711 "$work"
  as=(setpriv --reuid postgres --regid postgres --clear-groups)
else
  mkdir "$work/pg"
fi
(cd "$work/pg" && "${as[@]}" "$programs/initdb" --no-sync -A trust -U paraneo -E UTF8 -D "$work/pg/data") > "$work/initdb.log" 2>&1
(cd "$work/pg" && exec "${as[@]}" "$programs/postgres" -D "$work/pg/data" -k "$work/pg" -h "" -F) > "$work/postgres.log" 2>&1 &
running+=($!)
url="postgresql://paraneo@/postgres?host=$work/pg"
sql() { "$programs/psql" -XAtq "$url" -c "$1" 2> /dev/null || true; }
answers() { [ "$(sql 'SELECT 1')" = 1 ]; }
until_true answers

"$paraneo" sandbox --http --port 0 --ready-file "$work/sandbox" 2> "$work/sandbox.log" &
running+=($!)
until_true test -s "$work/sandbox"
fhir="$(head -n 1 "$work/sandbox")"

mkfifo "$work/messages"
"$mock" "$work/kafka" < "$work/messages" 2> "$work/kafka.log" &
running+=($!)
exec 9> "$work/messages"
message() {  # NUMBER VALUE
  printf 'key-%s\t{"resourceType":"CaseRecord","version":"1","id":"case-%s","subject":{"sex":"female"},"observations":[{"key":"a","code":{"text":"first"},"value":{"number":%s,"unit":"U/L"}}]}\n' "$1" "$1" "$2" >&9
}
records=300
for i in $(seq "$records"); do message "$i" 1; done
echo ready >&9
until_true test -s "$work/kafka"

worker() {  # NAME: one run over all that the topic has
  exec "$paraneo" sync run --once --server "$fhir" --ledger "$url" --no-progress --transaction-entries 4 -c 2 \
    --kafka-brokers "$(cat "$work/kafka")" --kafka-topic cases \
    --kafka-property session.timeout.ms=6000 --kafka-property heartbeat.interval.ms=500 > "$work/$1.log" 2>&1
}
start() { worker "$1" & running+=($!); }
on_the_way() { [ "$(sql 'SELECT COUNT(*) > 0 FROM paraneo.resource WHERE state <= 1')" = t ]; }

quiet() { [ "$(sql "SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = 'paraneo' AND state = 'active'")" = 0 ]; }
start first
victim=${running[-1]}
# Held with something on its way: another worker must leave that alone until its holder is dead.
held() {
  on_the_way || return 1
  kill -STOP "$victim"
  until_true quiet  # what it had asked PostgreSQL for is done
  held="$(sql 'SELECT string_agg(quote_literal(target), chr(44) ORDER BY target) FROM paraneo.resource WHERE state <= 1')"
  [ -n "$held" ] && return
  kill -CONT "$victim"
  return 1
}
until_true held
start second
second=${running[-1]}
both_there() { [ "$(sql "SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = 'paraneo'")" = 2 ]; }
until_true both_there
held_now="SELECT string_agg(quote_literal(target), chr(44) ORDER BY target) FROM paraneo.resource WHERE state <= 1 AND target IN ($held)"
expect "what the held worker has on its way is left alone" "$held" "$(sql "$held_now")"
kill -KILL "$victim"
wait "$victim" 2> /dev/null || true
start third
third=${running[-1]}
code=0; wait "$second" || code=$?
expect "the second worker ends" 0 "$code"
code=0; wait "$third" || code=$?
expect "the one in the place of the killed one ends" 0 "$code"
expect "all records are there" "$records" "$(sql 'SELECT COUNT(*) FROM paraneo.record WHERE state = 0')"
expect "nothing is left on its way" 0 "$(sql 'SELECT COUNT(*) FROM paraneo.resource WHERE state <= 1')"
"$paraneo" pull --server "$fhir" -o "$work/all.ndjson" 2> "$work/pull.log"
expect "all resources are there" $((2 * records)) "$(wc -l < "$work/all.ndjson")"
expect "each in its first version" $((2 * records)) "$(grep -c '"versionId":"1"' "$work/all.ndjson")"

# Tombstones for the first twenty, another value for the others.
rm "$work/kafka"
for i in $(seq 20); do echo "key-$i" >&9; done
for i in $(seq 21 "$records"); do message "$i" 2; done
echo ready >&9
until_true test -s "$work/kafka"
start fourth
fourth=${running[-1]}
start fifth
fifth=${running[-1]}
code=0; wait "$fourth" || code=$?
expect "the fourth worker ends" 0 "$code"
code=0; wait "$fifth" || code=$?
expect "the fifth worker ends" 0 "$code"
"$paraneo" pull --server "$fhir" -o "$work/all.ndjson" 2> "$work/pull.log"
expect "changed and retracted once" $((records + 20)) "$(grep -c '"versionId":"2"' "$work/all.ndjson")"
expect "the others untouched" $((records - 20)) "$(grep -c '"versionId":"1"' "$work/all.ndjson")"
expect "no record twice in the audit trail" 0 \
  "$(sql 'SELECT COUNT(*) FROM (SELECT 1 FROM paraneo.audit GROUP BY target, hash, action HAVING COUNT(*) > 1) AS twice')"
expect "no claim is left" 0 "$(sql 'SELECT COUNT(*) FROM paraneo.claim')"
