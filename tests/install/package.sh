#!/usr/bin/env bash
# The Debian package of a build: the same bytes whoever makes it, all that it must hold, a program that runs from it, and a
# bill of materials that names exactly what is linked.
#   package.sh BUILD-FOLDER
set -euo pipefail
build=$(cd "${1:?give the build folder}" && pwd)
for tool in cpack dpkg-deb dpkg-query objdump python3; do
  if ! command -v "$tool" > /dev/null; then
    echo "SKIPPED: $tool is not there; no package was made"
    exit 77
  fi
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

pack() {  # FOLDER UMASK, in an environment of its own
  (umask "$2"; cd "$build" && cpack --config CPackConfig.cmake -B "$work/$1" > "$work/$1.log" 2>&1) || { cat "$work/$1.log"; exit 1; }
}
LC_ALL=C TZ=UTC pack one 022
LC_ALL=C.UTF-8 TZ=Asia/Tokyo HOME="$work" pack two 022
pack careful 077
first=$(ls "$work"/one/*.deb) second=$(ls "$work"/two/*.deb)
cmp "$first" "$second"
echo "ok: the same bytes"

! dpkg-deb -c "$work"/careful/*.deb | grep '^d' | grep -v '^drwxr-xr-x' || { echo "FAILED: folders that others may not read"; exit 1; }

dpkg-deb -x "$first" "$work/root"
for file in usr/bin/paraneo usr/share/man/man1/paraneo.1.gz usr/share/bash-completion/completions/paraneo usr/share/zsh/site-functions/_paraneo \
  usr/share/fish/vendor_completions.d/paraneo.fish usr/share/doc/paraneo/copyright usr/share/doc/paraneo/changelog.gz usr/share/doc/paraneo/NOTICE \
  usr/share/doc/paraneo/README.md usr/share/doc/paraneo/docs/import.md usr/share/doc/paraneo/paraneo.spdx.json; do
  [ -s "$work/root/$file" ] || { echo "FAILED: $file is not in the package"; exit 1; }
done
find "$work/root" -name paraneo-sync.service | grep -q . || { echo "FAILED: no unit is in the package"; exit 1; }
find "$work/root" -name '*.a' -o -name '*.h' | grep . && { echo "FAILED: the libraries are in the package of the program"; exit 1; }
"$work/root/usr/bin/paraneo" version
HOME="$work" "$work/root/usr/bin/paraneo" doctor
dpkg-deb -f "$first" Depends | grep -q 'libssl3' || { echo "FAILED: it does not depend on what it is linked with"; exit 1; }

python3 - "$work/root/usr/bin/paraneo" "$work/root/usr/share/doc/paraneo/paraneo.spdx.json" << 'PYTHON'
import json, re, subprocess, sys
needed = set(re.findall(r"NEEDED\s+(\S+)", subprocess.run(["objdump", "-p", sys.argv[1]], capture_output=True, text=True, check=True).stdout))
document = json.load(open(sys.argv[2], encoding="utf-8"))
named = {library for package in document["packages"] if package.get("comment", "").startswith("linked: ") for library in package["comment"][len("linked: "):].split(", ")}
assert needed == named, (needed - named, named - needed)
assert len(document["packages"]) == len({package["SPDXID"] for package in document["packages"]})
print(f"ok: {len(needed)} libraries are linked, and named")
PYTHON

if command -v lintian > /dev/null; then
  lintian --fail-on error "$first"
  echo "ok: lintian finds no error"
fi
