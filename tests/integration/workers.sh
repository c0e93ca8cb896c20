#!/usr/bin/env bash
# Two workers on one PostgreSQL ledger and one Kafka topic, into the sandbox: nothing is sent twice, a
# killed worker's records are taken over; the broker is killed between two rounds, and in the middle of
# one, and comes back; a worker sleeps until the group has given its partitions to another one.
#   workers.sh PARANEO KAFKA_TOPIC
# The broker is a real one where Java and Maven are there, and librdkafka's mock otherwise or with
# PARANEO_MOCK_KAFKA=1; that one is not killed, and knows no sleepers.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
paraneo="$(realpath "${1:?give the path of the program}")" topic="$(realpath "${2:?give the path of kafka_topic}")"
programs="$(ls -d /usr/lib/postgresql/*/bin 2> /dev/null | tail -1)"
if [ -z "$programs" ]; then
  echo "SKIPPED: PostgreSQL is not there; several workers were not tried together"
  exit 77
fi
work="$(mktemp -d)"
running=()
finish() {
  exec 9>&- || true
  kill -CONT "${running[@]}" 2> /dev/null || true  # who is held cannot end
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

real=""
[ -n "${PARANEO_MOCK_KAFKA:-}" ] || ! command -v java > /dev/null || ! command -v mvn > /dev/null || real=yes
broker() {  # NAME_OF_LOG
  rm -f "$work/kafka/ready"
  if [ -n "$real" ]; then
    "$here/kafka/server.sh" run "$work/kafka" > "$work/$1.log" 2>&1 &
  else
    "$topic" mock "$work/kafka/ready" < "$work/until_the_end" 2> "$work/$1.log" &
  fi
  broker=$!
  running+=("$broker")
  until_true test -s "$work/kafka/ready"
  brokers="$(cat "$work/kafka/ready")"
}
mkdir "$work/kafka"
mkfifo "$work/until_the_end"
exec 9<> "$work/until_the_end"
if [ -n "$real" ]; then
  "$here/kafka/server.sh" prepare
else
  echo "NOT TRIED: a real Kafka (Java or Maven is not there, or PARANEO_MOCK_KAFKA says so); a mock broker stands for it"
fi
broker kafka
messages() {  # FROM TO VALUE
  for i in $(seq "$1" "$2"); do
    printf 'key-%s\t{"resourceType":"CaseRecord","version":"1","id":"case-%s","subject":{"sex":"female"},"observations":[{"key":"a","code":{"text":"first"},"value":{"number":%s,"unit":"U/L"}}]}\n' "$i" "$i" "$3"
  done
}
records=600
messages 1 "$records" 1 | "$topic" put "$brokers"

worker() {  # NAME [OPTION...]: one run over all that the topic has
  exec "$paraneo" sync run --once --server "$fhir" --ledger "$url" --no-progress --transaction-entries 4 -c 2 \
    --kafka-brokers "$brokers" --kafka-topic cases \
    --kafka-property "client.id=$1" --kafka-property session.timeout.ms=6000 --kafka-property heartbeat.interval.ms=500 "${@:2}" > "$work/$1.log" 2>&1
}
start() { worker "$@" & running+=($!); }
ends() {  # PID NAME
  local code=0
  wait "$1" || code=$?
  expect "$2" 0 "$code"
}
on_the_way() { [ "$(sql 'SELECT COUNT(*) > 0 FROM paraneo.intent')" = t ]; }

quiet() { [ "$(sql "SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = 'paraneo' AND state = 'active'")" = 0 ]; }
# Stops a worker that has something on its way.
hold() {  # PID
  until_true held "$1"
}
held() {
  on_the_way || return 1
  kill -STOP "$1"
  until_true quiet  # what it had asked PostgreSQL for is done
  held="$(sql 'SELECT string_agg(quote_literal(record), chr(44) ORDER BY record) FROM paraneo.intent')"
  [ -n "$held" ] && return
  kill -CONT "$1"
  return 1
}
# What Kafka is told never runs ahead of what the ledger has.
offsets() {
  "$topic" committed "$brokers" | while read -r partition offset; do
    at="$(sql "SELECT value FROM paraneo.cursor WHERE name = 'stream kafka cases[$partition]'")"
    [ "$offset" -le "${at:-0}" ] || echo "partition $partition: Kafka has $offset, the ledger ${at:-0}"
  done
}

start first
victim=${running[-1]}
hold "$victim"
expect "no offset is committed that the ledger does not have" "" "$(offsets)"
start second
second=${running[-1]}
both_there() { [ "$(sql "SELECT COUNT(*) FROM pg_stat_activity WHERE application_name = 'paraneo'")" = 2 ]; }
until_true both_there
held_now() { sql "SELECT string_agg(quote_literal(record), chr(44) ORDER BY record) FROM paraneo.intent WHERE record IN ($held)"; }
expect "what the held worker has on its way is left alone" "$held" "$(held_now)"
kill -KILL "$victim"
wait "$victim" 2> /dev/null || true
start third
third=${running[-1]}
ends "$second" "the second worker ends"
ends "$third" "the one in the place of the killed one ends"
expect "all records are there" "$records" "$(sql 'SELECT COUNT(*) FROM paraneo.record WHERE state = 0')"
expect "nothing is left on its way" 0 "$(sql 'SELECT COUNT(*) FROM paraneo.intent')"
"$paraneo" pull --server "$fhir" --overwrite -o "$work/all.ndjson" 2> "$work/pull.log"
expect "all resources are there" $((2 * records)) "$(wc -l < "$work/all.ndjson")"
expect "each in its first version" $((2 * records)) "$(grep -c '"versionId":"1"' "$work/all.ndjson")"

# The broker is killed and comes back with what it had.
restart_broker() {  # NAME_OF_LOG
  kill -KILL "$broker"
  wait "$broker" 2> /dev/null || true
  broker "$1"
}
[ -z "$real" ] || restart_broker kafka-again
# Tombstones for the first twenty, another value for the others.
(seq -f 'key-%g' 20; messages 21 "$records" 2) | "$topic" put "$brokers"
# A look at it beside the group: what the workers will do, and nothing of it done.
before="$("$topic" committed "$brokers")"
plan() {
  "$paraneo" sync plan --ledger "$url" --kafka-brokers "$brokers" --kafka-topic cases > "$work/plan.out" 2> "$work/plan.log"
  grep -o '[0-9]* to send.*retract' "$work/plan.log"
}
expect "the plan" "$((records - 20)) to send, 20 vanished, 0 untouched, 0 waiting, 0 refused; resources: 0 to create, $((records - 20)) to change, 40 to retract" "$(plan)"
expect "a plan commits nothing" "$before" "$("$topic" committed "$brokers")"
start fourth
fourth=${running[-1]}
start fifth
fifth=${running[-1]}
ends "$fourth" "a worker ends after the broker came back"
ends "$fifth" "and so does the other one"
expect "no offset is committed that the ledger does not have, again" "" "$(offsets)"
"$paraneo" pull --server "$fhir" --overwrite -o "$work/all.ndjson" 2> "$work/pull.log"
expect "changed and retracted once" $((records + 20)) "$(grep -c '"versionId":"2"' "$work/all.ndjson")"
expect "the others untouched" $((records - 20)) "$(grep -c '"versionId":"1"' "$work/all.ndjson")"
once_each() {
  expect "no record twice in the audit trail" 0 \
    "$(sql 'SELECT COUNT(*) FROM (SELECT 1 FROM paraneo.audit GROUP BY target, hash, action HAVING COUNT(*) > 1) AS twice')"
  expect "no claim is left" 0 "$(sql 'SELECT COUNT(*) FROM paraneo.claim')"
}
once_each
[ -n "$real" ] || exit 0

changed() {  # VERSION: all but those with tombstones have it, and nothing is newer
  "$paraneo" pull --server "$fhir" --query 'Observation?status=final' --overwrite -o "$work/all.ndjson" 2> "$work/pull.log"
  expect "all changed once" $((records - 20)) "$(grep -c "\"versionId\":\"$1\".*\"value\":$1," "$work/all.ndjson")"
  expect "no offset is committed that the ledger does not have, after version $1" "" "$(offsets)"
  once_each
}

# The broker restarts in the middle of a run that has most of the messages still to fetch. The worker is
# held meanwhile: it gives a broker twenty seconds, and on a tired machine that is too little.
for first in $(seq 21 145 "$records"); do messages "$first" $((first + 144)) 3 | "$topic" put "$brokers"; done
start sixth --kafka-property queued.min.messages=1 --kafka-property fetch.message.max.bytes=1000
sixth=${running[-1]}
hold "$sixth"
restart_broker kafka-once-more
kill -CONT "$sixth"
ends "$sixth" "a worker whose broker restarted goes on to the end"
changed 3

# A worker sleeps with records on their way, so long that the group takes it for dead, and wakes up
# beside the one that was given its partitions.
messages 21 "$records" 4 | "$topic" put "$brokers"
start seventh
seventh=${running[-1]}
hold "$seventh"
start eighth
eighth=${running[-1]}
until_true both_there
only_the_eighth() { [ "$("$topic" members "$brokers")" = eighth ]; }
until_true only_the_eighth
expect "what the sleeper has on its way is left alone" "$held" "$(held_now)"
kill -CONT "$seventh"
ends "$seventh" "the sleeper ends"
ends "$eighth" "the one that was given its partitions ends"
changed 4
