#!/usr/bin/env bash
# Installs a build into a fresh folder and lets another project use it.
#   run.sh BUILD-FOLDER
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cmake --install "$1" --prefix "$work/prefix" > "$work/log"
"$work/prefix/bin/paraneo" --version
cmake -G Ninja -S "$here" -B "$work/build" -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_BUILD_TYPE=Release >> "$work/log" \
  || { cat "$work/log"; exit 1; }
cmake --build "$work/build" >> "$work/log" || { tail -40 "$work/log"; exit 1; }
expected='{"resourceType":"Person","name":[{"family":"Chalmers"}]}'
made=$("$work/build/consumer")
[ "$made" = "$expected" ] || { echo "expected $expected"; echo "made     $made"; exit 1; }
outcome=$("$work/build/validator")
case $outcome in
  *'"expression":["Patient.birthDate"]'*) ;;
  *) echo "no finding at Patient.birthDate: $outcome"; exit 1 ;;
esac
echo "ok: the installed libraries work in another project"
