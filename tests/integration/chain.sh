#!/usr/bin/env bash
# A registry's nightly chain with a real server as the hospital: pull --since auto, import --into, sync to the registry's
# own endpoint. A correction, a withdrawal, a deletion, a person's edit, two patients that become one, everything twice.
#   chain.sh PARANEO URL CA_FILE
set -euo pipefail
paraneo="${1:?give the path of the program}" url="$2" authority="$3"
work="$(mktemp -d)"
run="chain$$"  # of the ids: the server may have those of an earlier run
registry=""
finish() {
  if [ -n "$registry" ]; then kill "$registry" 2> /dev/null || true; wait "$registry" 2> /dev/null || true; fi
  rm -rf "$work"
}
trap finish EXIT
cd "$work"
mkdir records

"$paraneo" sandbox --port 0 --tls-folder tls --ready-file ready 2> sandbox.log &
registry=$!
for _ in $(seq 300); do
  [ -s ready ] && break
  sleep 0.1
done
cat > paraneo.toml <<TOML
[sync]
server = "$(head -n 1 ready)"
certificate-authority = "$work/tls/ca.crt"
source = "$work/records"
ledger = "$work/ledger.sqlite"
shrink-max = 60
TOML

expect() {  # NAME EXPECTED ACTUAL
  if [[ "$3" != *"$2"* ]]; then echo "FAILED: $1: expected '$2', got '$3'"; exit 1; fi
  echo "ok: $1"
}
refuse() {  # NAME WHAT_MUST_NOT_BE_THERE ACTUAL
  if [[ "$3" == *"$2"* ]]; then echo "FAILED: $1: '$2' is there: '$3'"; exit 1; fi
  echo "ok: $1"
}
hospital() {  # resources on standard input, ids with @
  sed "s/@/$run/g" > push.ndjson
  "$paraneo" push push.ndjson --server "$url" --certificate-authority "$authority" 2> push.log
}
night() {  # NUMBER; the messages in $said, the codes in $codes
  codes=""
  said="$("$paraneo" pull --server "$url" --certificate-authority "$authority" --since auto --state state.json --deletions "gone-$1.ndjson" -o "new-$1.ndjson" 2>&1)" || codes+="pull $? "
  said+="$("$paraneo" import --no-progress --source mary "new-$1.ndjson" --deletions "gone-$1.ndjson" --into records/ 2>&1)" || codes+="import $? "
  said+="$("$paraneo" sync run --config paraneo.toml 2>&1)" || codes+="sync $? "
}
record() { cat "records/mary.$run-$1.json"; }

hospital << 'X'
{"resourceType":"Patient","id":"@-a","gender":"female","birthDate":"1957","identifier":[{"system":"urn:mrn","value":"@1"}]}
{"resourceType":"Patient","id":"@-b","gender":"male","birthDate":"1960","identifier":[{"system":"urn:mrn","value":"@2"}]}
{"resourceType":"Patient","id":"@-c","gender":"male","birthDate":"1961","identifier":[{"system":"urn:mrn","value":"@3"}]}
{"resourceType":"Condition","id":"@-ca","subject":{"reference":"Patient/@-a"},"code":{"coding":[{"system":"http://snomed.info/sct","code":"396230008"}]},"onsetDateTime":"2020-01"}
{"resourceType":"Observation","id":"@-oa","status":"final","subject":{"reference":"Patient/@-a"},"code":{"text":"CK"},"effectiveDateTime":"2020-01-05","valueQuantity":{"value":4657,"unit":"U/L"}}
{"resourceType":"Observation","id":"@-ob","status":"final","subject":{"reference":"Patient/@-a"},"code":{"text":"ESR"},"valueQuantity":{"value":40,"unit":"mm/h"}}
{"resourceType":"Observation","id":"@-oe","status":"final","subject":{"reference":"Patient/@-a"},"code":{"text":"CRP"},"valueQuantity":{"value":12,"unit":"mg/L"}}
{"resourceType":"MedicationStatement","id":"@-ma","status":"active","subject":{"reference":"Patient/@-a"},"medicationCodeableConcept":{"text":"prednisolone"},"reasonReference":[{"reference":"Condition/@-ca"}]}
{"resourceType":"Condition","id":"@-cb","subject":{"reference":"Patient/@-b"},"code":{"text":"lung cancer"}}
{"resourceType":"Condition","id":"@-cc","subject":{"reference":"Patient/@-c"},"code":{"text":"rash"}}
X
night 1
expect "the first night" "3 records" "$said"
expect "the first night, the registry" "3 sent" "$said"

hospital << 'X'
{"resourceType":"Observation","id":"@-oa","status":"corrected","subject":{"reference":"Patient/@-a"},"code":{"text":"CK"},"effectiveDateTime":"2020-01-05","valueQuantity":{"value":465,"unit":"U/L"}}
{"resourceType":"Observation","id":"@-ob","status":"entered-in-error","subject":{"reference":"Patient/@-a"},"code":{"text":"ESR"}}
{"resourceType":"Observation","id":"@-on","status":"final","subject":{"reference":"Patient/@-a"},"code":{"text":"new"},"valueString":"x"}
{"resourceType":"Condition","id":"@-cb","subject":{"reference":"Patient/@-b"},"code":{"text":"lung cancer, small cell"}}
{"resourceType":"Patient","id":"@-c","active":false,"gender":"male","birthDate":"1961","identifier":[{"system":"urn:mrn","value":"@3"}],"link":[{"other":{"reference":"Patient/@-b"},"type":"replaced-by"}]}
X
python3 - "$url/Observation/$run-oe" "$authority" << 'X'
import ssl, sys, urllib.request
urllib.request.urlopen(urllib.request.Request(sys.argv[1], method="DELETE"), context=ssl.create_default_context(cafile=sys.argv[2])).read()
X
sed -i 's/"lung cancer"/"lung cancer (by a person)"/' "records/mary.$run-b.json"
night 2
expect "a correction" '"number":465' "$(record a)"
refuse "a withdrawal" '"ESR"' "$(record a)"
refuse "a deletion" '"CRP"' "$(record a)"
expect "what is new" '"new"' "$(record a)"
expect "a person's edit stays" 'by a person' "$(record b)"
expect "a person's edit stays: the conflict" "[import-conflict]" "$said"
expect "two patients are one: facts" '"rash"' "$(record b)"
expect "two patients are one: who" "\"value\":\"${run}2\"" "$(record b)"
refuse "two patients are one: not the other" "\"value\":\"${run}3\"" "$(record b)"
expect "two patients are one: one record" "2" "$(find records -name '*.json' | wc -l)"
expect "the registry: what went and what came" "created 2, updated 3, retracted 4" "$said"

sha256sum records/* > before
night 3
expect "nothing is new: the codes" "none" "${codes:-none}"
sha256sum --quiet -c before
expect "nothing is new: the registry" "0 sent" "$said"

"$paraneo" pull --server "$url" --certificate-authority "$authority" -o full.ndjson 2> pull.log
cat full.ndjson full.ndjson > twice.ndjson
"$paraneo" import --no-progress --source mary twice.ndjson --into records/ 2> import.log || true
sha256sum --quiet -c before
echo "ok: everything twice changes nothing"
"$paraneo" import --no-progress --source mary full.ndjson -o fresh/ 2> import.log || true
expect "all at once is the same" "same" "$(cmp "fresh/mary.$run-a.json" "records/mary.$run-a.json" && echo same)"

# The next script has the server to itself: what refers goes before what is referred to.
python3 - "$url" "$authority" "$run" << 'X'
import ssl, sys, urllib.request
url, authority, run = sys.argv[1:]
context = ssl.create_default_context(cafile=authority)
for name in ("MedicationStatement/{}-ma", "Observation/{}-oa", "Observation/{}-ob", "Observation/{}-on", "Condition/{}-ca", "Condition/{}-cb", "Condition/{}-cc",
             "Patient/{}-a", "Patient/{}-c", "Patient/{}-b"):
    urllib.request.urlopen(urllib.request.Request(f"{url}/{name.format(run)}", method="DELETE"), context=context).read()
X
