#!/usr/bin/env bash
# A FHIR server behind nginx that asks for a client certificate.
#   nginx.sh PARANEO FHIR_BASE WORK_FOLDER
set -euo pipefail
paraneo="$1" fhir="$2" work="$3/nginx"
mkdir -p "$work"
port="$(python3 "$(dirname "$0")/../free_ports.py" 1)"
make() {  # NAME SUBJECT EXTENSION CA
  openssl req -newkey rsa:2048 -nodes -keyout "$work/$1.key" -out "$work/$1.csr" -subj "/CN=$2" 2> /dev/null
  openssl x509 -req -in "$work/$1.csr" -CA "$work/$4.crt" -CAkey "$work/$4.key" -CAcreateserial -days 2 \
    -out "$work/$1.crt" -extfile <(printf '%s' "$3") 2> /dev/null
}
for authority in ca other; do
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/$authority.key" -out "$work/$authority.crt" -days 2 \
    -subj "/CN=$authority" 2> /dev/null
done
make server localhost "subjectAltName=DNS:localhost" ca
make client adapter "extendedKeyUsage=clientAuth" ca
make stranger stranger "extendedKeyUsage=clientAuth" other
cat > "$work/nginx.conf" <<CONF
daemon off; master_process off; pid $work/pid; error_log $work/error.log;
events {}
http {
  access_log off; client_body_temp_path $work/a; proxy_temp_path $work/b; fastcgi_temp_path $work/c;
  uwsgi_temp_path $work/d; scgi_temp_path $work/e;
  server {
    listen 127.0.0.1:$port ssl;
    ssl_certificate $work/server.crt; ssl_certificate_key $work/server.key;
    ssl_client_certificate $work/ca.crt; ssl_verify_client on;
    location / { proxy_pass ${fhir%/fhir}; proxy_set_header Host \$http_host; }
  }
}
CONF
nginx -p "$work" -c "$work/nginx.conf" 2> "$work/nginx.log" &
nginx=$!
trap 'kill "$nginx" 2> /dev/null || true; wait "$nginx" 2> /dev/null || true' EXIT
for _ in $(seq 600); do
  (exec 3<> "/dev/tcp/127.0.0.1/$port") 2> /dev/null && break
  kill -0 "$nginx" 2> /dev/null || { cat "$work/nginx.log"; exit 1; }
  sleep 0.1
done
pull=(pull --server "https://localhost:$port/fhir" --certificate-authority "$work/ca.crt" --query 'Patient?_id=p1')
expect() {  # NAME EXPECTED ARGUMENTS...
  local name="$1" expected="$2" code=0
  shift 2
  "$paraneo" "${pull[@]}" "$@" > "$work/out" 2> "$work/err" || code=$?
  if [ "$code" != "$expected" ]; then echo "FAILED: $name: exit $code"; cat "$work/err"; exit 1; fi
  echo "ok: $name"
}
expect "no client certificate" 3
grep -q -- "--client-cert" "$work/err"
expect "a stranger's certificate" 3 --client-cert "$work/stranger.crt" --client-key "$work/stranger.key"
expect "the right certificate" 0 --client-cert "$work/client.crt" --client-key "$work/client.key"
