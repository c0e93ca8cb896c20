#!/usr/bin/env bash
# Keeps a real FHIR server in step through a proxy that injects faults, killed again and again, and
# compares the server's history with that of runs without kills and faults.
#   faults.sh PARANEO URL CA_FILE
# PARANEO_KILLS=200 is the whole proof (40 otherwise); PARANEO_SEED=N is another one.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
paraneo="${1:?give the path of the program}" url="$2" authority="$3"
parts="$(dirname "$authority")"
PYTHONDONTWRITEBYTECODE=1 python3 "$here/faults/kill.py" "$paraneo" "$url" "$authority" \
  "$parts/server.crt" "$parts/server.key" "$here/../records"
