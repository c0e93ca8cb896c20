#!/usr/bin/env bash
# Logs in at a real token server (oidc-provider, from npm) in every way there is, and through nginx
# that wants a client certificate, when nginx is there.
#   login.sh PARANEO
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
paraneo="$(realpath "${1:?give the path of the program}")"
for tool in node npm openssl; do
  if ! command -v "$tool" > /dev/null; then
    echo "SKIPPED: $tool is not there; no login was tried at a real token server"
    exit 77
  fi
done
parts="${XDG_CACHE_HOME:-$HOME/.cache}/paraneo/login-test"
mkdir -p "$parts"
cp "$here/login/package.json" "$here/login/server.mjs" "$parts/"
if [ ! -d "$parts/node_modules/oidc-provider" ]; then
  if ! (cd "$parts" && npm install --silent --no-fund --no-audit > npm.log 2>&1); then
    echo "SKIPPED: npm cannot install oidc-provider; see $parts/npm.log"
    exit 77
  fi
fi
work="$(mktemp -d)"
running=()
finish() {
  for pid in "${running[@]}"; do kill "$pid" 2> /dev/null || true; wait "$pid" 2> /dev/null || true; done
  rm -rf "$work"
}
trap finish EXIT
. "$here/wait_for.sh"
expect() {  # NAME EXPECTED ACTUAL
  if [ "$2" != "$3" ]; then echo "FAILED: $1: expected '$2', got '$3'"; cat "$work/err" 2> /dev/null || true; exit 1; fi
  echo "ok: $1"
}

openssl genrsa -out "$work/rsa.pem" 2048 2> /dev/null
openssl ecparam -name secp384r1 -genkey -noout -out "$work/ec.pem"
openssl ecparam -name secp384r1 -genkey -noout -out "$work/stranger.pem"
"$paraneo" sandbox --http --port 0 --ready-file "$work/sandbox" 2> "$work/sandbox.log" &
running+=($!)
wait_for 120 "$work/sandbox" "${running[-1]}" "$work/sandbox.log"
fhir="$(head -n 1 "$work/sandbox")"
TOKEN_SECONDS=12 node "$parts/server.mjs" "${fhir%/fhir}" "$work" "$work/ready" > "$work/oidc.log" 2>&1 &
running+=($!)
wait_for 120 "$work/ready" "${running[-1]}" "$work/oidc.log"
server="$(cat "$work/ready")"

for i in $(seq 40); do
  echo "{\"resourceType\":\"Patient\",\"id\":\"p$i\"}"
done > "$work/patients.ndjson"
printf 'not/a secret\n' > "$work/secret"
printf 'wrong\n' > "$work/wrong"
counts() { node -e "fetch(process.argv[1]).then(r=>r.json()).then(c=>console.log(c.$1))" "${server%/fhir}/counts"; }
code() { local c=0; "$paraneo" "$@" > "$work/out" 2> "$work/err" || c=$?; echo "$c"; }
pull=(pull --server "$server" --query 'Patient?' --no-progress)

expect "no token" 3 "$(code "${pull[@]}")"
expect "push by ES384, found by discovery" 0 \
  "$(code push "$work/patients.ndjson" --server "$server" --smart-client-id ec --smart-key "$work/ec.pem" --smart-key-id ec -c 8)"
expect "one token for eight connections" 1 "$(counts tokens)"
expect "pull by RS384" 0 \
  "$(code "${pull[@]}" --smart-client-id rsa --smart-key "$work/rsa.pem" --smart-key-id rsa --scope 'system/*.read')"
expect "all came" 40 "$(wc -l < "$work/out")"
token_url="${server%/fhir}/token"
expect "pull with a client secret" 0 \
  "$(code "${pull[@]}" --client-id plain --client-secret-file "$work/secret" --token-url "$token_url" --scope 'system/*.read')"
before="$(counts refused)"
expect "pages of one over more than a token's life" 0 \
  "$(code "${pull[@]}" --page-size 1 --header 'X-Slow: 1' --smart-client-id ec --smart-key "$work/ec.pem" --smart-key-id ec)"
expect "no request was refused on the way" "$before" "$(counts refused)"
expect "a wrong secret" 3 \
  "$(code "${pull[@]}" --client-id plain --client-secret-file "$work/wrong" --token-url "$token_url")"
expect "... is named" 1 "$(grep -c invalid_client "$work/err")"
expect "a stranger's key" 3 \
  "$(code "${pull[@]}" --smart-client-id ec --smart-key "$work/stranger.pem" --smart-key-id ec)"
expect "a scope that was not registered" 3 \
  "$(code "${pull[@]}" --smart-client-id ec --smart-key "$work/ec.pem" --smart-key-id ec --scope 'system/*.everything')"
echo '{"resourceType":"Patient","id":"new"}' > "$work/new.ndjson"
expect "no write without the scope" 3 \
  "$(code push "$work/new.ndjson" --server "$server" --smart-client-id ec --smart-key "$work/ec.pem" --smart-key-id ec --scope 'system/*.read')"

if ! command -v nginx > /dev/null; then
  echo "SKIPPED: nginx is not there; client certificates were tried in the unit tests only"
  exit 0
fi
"$here/login/nginx.sh" "$paraneo" "$fhir" "$work"
