#!/usr/bin/env bash
# Pushes bundles and NDJSON to a real FHIR server over TLS, twice, and pulls them back.
#   push_pull.sh PARANEO URL CA_FILE
set -euo pipefail
paraneo="${1:?give the path of the program}" url="$2" authority="$3"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
to=(--server "$url" --certificate-authority "$authority")

python3 - "$work" <<'EOF'
import json, os, sys
work = sys.argv[1]
os.makedirs(work + "/bundles")
lines = []
for p in range(20):
    patient = f"it-p{p}"
    urn = f"urn:uuid:00000000-0000-4000-8000-{p:012d}"
    entries = [{"fullUrl": f"https://paraneo.invalid/Patient/{patient}",
                "resource": {"resourceType": "Patient", "id": patient, "gender": "female"},
                "request": {"method": "PUT", "url": f"Patient/{patient}"}},
               {"fullUrl": urn,
                "resource": {"resourceType": "Condition", "subject": {"reference": f"Patient/{patient}"},
                             "code": {"text": "dermatomyositis"}, "onsetDateTime": "2003-10"},
                "request": {"method": "POST", "url": "Condition"}}]
    for o in range(10):
        entries.append({"fullUrl": f"https://paraneo.invalid/Observation/{patient}-o{o}",
            "resource": {"resourceType": "Observation", "id": f"{patient}-o{o}", "status": "final",
                         "code": {"coding": [{"system": "https://paraneo.invalid/codes", "code": "it"}]},
                         "subject": {"reference": f"Patient/{patient}"}, "focus": [{"reference": urn}],
                         "valueQuantity": {"value": 26, "unit": "U/L"}},
            "request": {"method": "PUT", "url": f"Observation/{patient}-o{o}"}})
    text = json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": entries})
    open(f"{work}/bundles/{patient}.json", "w").write(text.replace('"value": 26,', '"value": 26.0,'))
    # Refers to what may come later: pushed before the patient of the same number is there.
    lines.append(json.dumps({"resourceType": "Observation", "id": f"it-late-{p}", "status": "final",
                             "code": {"text": "late"}, "subject": {"reference": f"Patient/it-q{p}"}}))
lines += [json.dumps({"resourceType": "Patient", "id": f"it-q{p}"}) for p in range(20)]
open(work + "/single.ndjson", "w").write("\n".join(lines) + "\n")
EOF

expect() {  # NAME EXPECTED ACTUAL
  if [ "$2" != "$3" ]; then echo "FAILED: $1: expected '$2', got '$3'"; exit 1; fi
  echo "ok: $1"
}
push() { "$paraneo" push "$@" "${to[@]}" 2>&1 | tail -1; }

expect "first push" "created 280, updated 0, deleted 0, unchanged 0, failed 0" \
  "$(push "$work/bundles" "$work/single.ndjson")"
expect "second push" "created 0, updated 0, deleted 0, unchanged 280, failed 0" \
  "$(push "$work/bundles" "$work/single.ndjson" -c 8)"
"$paraneo" pull "${to[@]}" --patient it-p3 --patient it-q4 -o "$work/two.ndjson"
expect "two patients" 14 "$(wc -l < "$work/two.ndjson")"
"$paraneo" pull "${to[@]}" --query 'Observation?code=https://paraneo.invalid/codes%7Cit' -o "$work/labs.ndjson"
expect "all labs, over several pages" 200 "$(wc -l < "$work/labs.ndjson")"
expect "digits kept" 200 "$(grep -c '"value":26.0[,}]' "$work/labs.ndjson")"
expect "no new versions" 200 "$(grep -c '"versionId":"1"' "$work/labs.ndjson")"
expect "partial date kept" 1 "$(grep -c '"onsetDateTime":"2003-10"' "$work/two.ndjson")"
echo '{"resourceType":"Observation","id":"it-bad","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/nobody"}}' > "$work/bad.ndjson"
code=0; "$paraneo" push "$work/bad.ndjson" "${to[@]}" 2> "$work/err" || code=$?
expect "a dangling reference is a finding" 1 "$code"
code=0; "$paraneo" pull "${to[@]}" --patient nobody 2> /dev/null || code=$?
expect "a patient that is not there" 3 "$code"
code=0; "$paraneo" pull --server "$url" 2> /dev/null || code=$?
expect "an authority that is not trusted" 3 "$code"
