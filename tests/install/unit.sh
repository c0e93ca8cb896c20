#!/usr/bin/env bash
# The unit of systemd, as it is shipped: its command line and environment for a user that nobody knows, with
# HOME=/, umask 077 and secrets that only root can read. Needs root; systemd itself is not needed.
#   tests/install/unit.sh PARANEO
set -euo pipefail
paraneo="$(realpath "$1")"
unit="$(dirname "$0")/../../.systemd/paraneo-sync.service"
if [ "$(id -u)" != 0 ] || ! command -v setpriv > /dev/null; then
  echo "SKIPPED: needs root and setpriv" >&2
  exit 77
fi
work="$(mktemp -d)"
chmod 755 "$work"
sandbox=
service=
finish() {
  for pid in $service $sandbox; do kill "$pid" 2> /dev/null && wait "$pid" 2> /dev/null || true; done
  rm -rf "$work"
}
trap finish EXIT
fail() {
  echo "FAILED: $1" >&2
  cat "$work/log" >&2
  exit 1
}
wait_for() {
  for _ in $(seq 600); do
    eval "$1" && return 0
    sleep 0.1
  done
  fail "waited in vain for: $1"
}
value_of() { sed -n "s/^$1=//p" "$unit"; }

user=61184  # of the range that DynamicUser takes from
mkdir -p "$work"/{bin,etc/paraneo,state/paraneo,run/paraneo,credentials,records,tls}
cp "$paraneo" "$work/bin/paraneo"
chown "$user:$user" "$work/state/paraneo" "$work/run/paraneo" "$work/credentials"
chmod "$(value_of RuntimeDirectoryMode)" "$work/run/paraneo"
chmod 700 "$work/state/paraneo" "$work/credentials"
grep -q '^DynamicUser=yes' "$unit" && grep -q '^StateDirectory=paraneo' "$unit" && grep -q '^RuntimeDirectory=paraneo' "$unit"
[ "$(value_of RestartPreventExitStatus)" = 2 ]

# Who has secrets keeps them; systemd hands out copies.
install -m 600 <(echo secret) "$work/etc/paraneo/token"
install -m 400 -o "$user" "$work/etc/paraneo/token" "$work/credentials/token"
echo '{"resourceType":"CaseRecord","version":"1","id":"a","subject":{"sex":"female"}}' > "$work/records/a.json"
(cd "$work" && exec "$paraneo" sandbox --port 0 --ready-file ready --tls-folder tls --bearer-token-file etc/paraneo/token) > /dev/null 2>&1 &
sandbox=$!
wait_for '[ -s "$work/ready" ]'
server="$(cat "$work/ready")"
chmod 755 "$work/tls"
chmod 644 "$work/tls/ca.crt"
cat > "$work/etc/paraneo/paraneo.toml" <<TOML
[sync]
server = "$server"
certificate-authority = "$work/tls/ca.crt"
bearer-token-file = "\${CREDENTIALS_DIRECTORY}/token"
source = "$work/records"
ledger = "ledger.sqlite"
metrics = "$work/run/paraneo/sync.prom"
TOML

# The unit's own words, with the specifiers and folders of this test.
mapfile -t settings < <(value_of Environment | sed "s|%S|$work/state|g; s|%d|$work/credentials|g")
# To be called in a process of its own, which it becomes.
as_service() {
  umask "$(value_of UMask)"
  cd "$work/state/paraneo"
  exec setpriv --reuid "$user" --regid "$user" --clear-groups --no-new-privs --inh-caps=-all --bounding-set=-all \
    env -i HOME=/ PATH=/usr/bin:/bin CREDENTIALS_DIRECTORY="$work/credentials" "${settings[@]}" "$@"
}
read -ra command < <(value_of ExecStart | sed "s|^/usr/bin/paraneo|$work/bin/paraneo|; s|/etc/paraneo|$work/etc/paraneo|g")
start() {
  rm -f "$work/run/paraneo/sync.prom"
  as_service "${command[@]}" > "$work/out" 2> "$work/log" &
  service=$!
}
# With the code of its last run.
stop() {
  local code=0
  kill -TERM "$service"
  wait "$service" || code=$?
  service=
  [ "$code" = "$1" ] || fail "it ended with code $code"
}

# Nobody has probed the server as this user yet, which is said.
start
wait_for '[ -e "$work/run/paraneo/sync.prom" ]'
[ "$(stat -c %a "$work/run/paraneo/sync.prom")" = 644 ] || fail "only the service can read its metrics"
grep -q 'paraneo_sync_last_run_exit_code 0' "$work/run/paraneo/sync.prom" || fail "the run did not end with 0"
grep -q 'no probe of this server' "$work/log" || fail "it does not say that nobody has probed the server"
[ "$(stat -c %a "$work/state/paraneo/ledger.sqlite")" = 600 ] || fail "the ledger is open to others"
stop 0

(as_service "$work/bin/paraneo" probe --server "$server" --certificate-authority "$work/tls/ca.crt" \
  --bearer-token-file "$work/credentials/token" --transaction-entries 10) > "$work/out" 2> "$work/log" || fail "probe"
# A record that only somebody else may read is named.
cp "$work/records/a.json" "$work/records/b.json"
chmod 600 "$work/records/b.json"
start
wait_for '[ -e "$work/run/paraneo/sync.prom" ]'
grep -q 'as probe found' "$work/log" || fail "it does not find what probe found"
grep -q 'records/b.json' "$work/log" || fail "it does not name the file that it cannot read"
python3 -c 'import json, sys; [json.loads(line) for line in sys.stdin]' < "$work/log" || fail "its log is no JSON"
stop 1

# What stays wrong is not tried again for ever.
echo 'sauce = "records"' >> "$work/etc/paraneo/paraneo.toml"
code=0
(as_service "${command[@]}") > "$work/out" 2> "$work/log" || code=$?
[ "$code" = 2 ] || fail "a wrong configuration ended with $code"

if command -v systemd-analyze > /dev/null; then
  sed "s|^ExecStart=/usr/bin/paraneo|ExecStart=$work/bin/paraneo|" "$unit" > "$work/paraneo-sync.service"
  systemd-analyze verify "$work/paraneo-sync.service" > "$work/log" 2>&1 || fail "systemd-analyze"
fi
echo "the unit runs as shipped"
