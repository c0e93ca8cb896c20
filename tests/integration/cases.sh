#!/usr/bin/env bash
# All committed records, the examples among them, go to a real FHIR server over TLS and come back equal; its $validate finds no
# error in any of their resources.
#   cases.sh PARANEO URL CA_FILE
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
paraneo="${1:?give the path of the program}" url="$2" authority="$3"
records=("$here/../records" "$here/../../profiles/examples")
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
to=(--server "$url" --certificate-authority "$authority" --no-progress)

# Exit code 1: the examples have codes that nobody maps.
"$paraneo" export "${records[@]}" -o "$work/bundles/" || [ $? = 1 ]
"$paraneo" push "$work/bundles" "${to[@]}" 2>&1 | tee "$work/first"
"$paraneo" push "$work/bundles" "${to[@]}" 2>&1 | tee "$work/second"
grep -q 'created 0, updated 0, deleted 0, unchanged [1-9][0-9]*, failed 0' "$work/second" \
  || { echo "FAILED: the second push wrote something"; exit 1; }
echo "ok: the second push wrote nothing"

"$paraneo" pull "${to[@]}" -o "$work/pulled.ndjson"
"$paraneo" import "$work/pulled.ndjson" -o "$work/back/"
"$paraneo" import "$work/bundles" -o "$work/local/"
diff -r "$work/local" "$work/back" || { echo "FAILED: the records that came back differ"; exit 1; }
echo "ok: $(ls "$work/back" | wc -l) records came back equal"

"$paraneo" export "${records[@]}" --as ndjson -o "$work/resources.ndjson" || [ $? = 1 ]
# mCODE stands on US Core, which is on no registry: it lies beside the project where there is one.
mcode="${PARANEO_PACKAGES:-$HOME/.cache/paraneo}/hl7.fhir.us.mcode-4.0.0.tgz"
core="$here/../../../shared/packages/hl7.fhir.us.core-6.1.0.tgz"
if [ -s "$core" ] && [ -s "$mcode" ]; then
  python3 "$here/validate.py" "$url" "$authority" "$work/resources.ndjson" "$core" "$mcode" "$here/../../profiles/built"
else
  echo "SKIPPED: US Core or mCODE is not there; the server checks R4 alone, not the claimed profiles"
  sed 's/,"profile":\[[^]]*\]//' "$work/resources.ndjson" > "$work/plain.ndjson"
  python3 "$here/validate.py" "$url" "$authority" "$work/plain.ndjson"
fi
