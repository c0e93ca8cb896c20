#!/usr/bin/env bash
# A real FHIR server over TLS for tests: HAPI FHIR JPA on H2, in memory or in a file.
#   server.sh prepare      fetches the jars (Maven Central, 294 MB, once) and compiles
#   server.sh run FOLDER   runs it in the foreground; FOLDER/ready gets its base URL, FOLDER/ca.crt
#                          is what clients trust
#   server.sh run FOLDER DATABASE PORT
#                          the same with a database in the file DATABASE.mv.db, made when it is not there
# Jars and classes lie in PARANEO_HAPI (default ~/.cache/paraneo/hapi). Needs JDK 17 or newer, Maven
# and openssl.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
home="${PARANEO_HAPI:-$HOME/.cache/paraneo/hapi}"

prepare() {
  mkdir -p "$home/classes"
  if [ ! -e "$home/lib/complete" ]; then
    mvn -B -ntp -q -f "$here/pom.xml" \
      org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies \
      -DincludeScope=runtime -DoutputDirectory="$home/lib"
    touch "$home/lib/complete"
  fi
  if [ "$here/HapiServer.java" -nt "$home/classes/HapiServer.class" ]; then
    javac -nowarn -cp "$home/lib/*" -d "$home/classes" "$here/HapiServer.java"
  fi
  echo '<configuration><root level="ERROR"/></configuration>' > "$home/classes/logback.xml"
}

certificates() {
  local folder="$1"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
    -subj "/CN=paraneo test authority" -keyout "$folder/ca.key" -out "$folder/ca.crt" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign 2> /dev/null
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=localhost" \
    -keyout "$folder/server.key" -out "$folder/server.csr" 2> /dev/null
  openssl x509 -req -in "$folder/server.csr" -CA "$folder/ca.crt" -CAkey "$folder/ca.key" -days 2 \
    -extfile <(printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth') \
    -out "$folder/server.crt" 2> /dev/null
  openssl pkcs12 -export -in "$folder/server.crt" -inkey "$folder/server.key" \
    -out "$folder/server.p12" -passout pass:rehearsal
}

case "${1:-}" in
  prepare) prepare ;;
  run)
    folder="${2:?give a folder}"
    prepare
    mkdir -p "$folder"
    rm -f "$folder/ready"
    [ -e "$folder/server.p12" ] || certificates "$folder"
    exec java -Xmx1g -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp "$home/classes:$home/lib/*" \
      HapiServer "$folder/server.p12" rehearsal "$folder/ready" "${@:3}"
    ;;
  *) sed -n '2,10p' "$0"; exit 2 ;;
esac
