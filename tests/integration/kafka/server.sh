#!/usr/bin/env bash
# A real Kafka broker for tests: one node, which is its own controller. A topic that somebody asks for
# is made, with four partitions.
#   server.sh prepare      fetches the jars (Maven Central, 50 MB, once)
#   server.sh run FOLDER   runs it in the foreground; FOLDER/ready gets its host:port. In a folder of an
#                          earlier run it goes on with that one's port and messages
# Jars lie in PARANEO_KAFKA (default ~/.cache/paraneo/kafka). Needs Java 11 or newer, Maven and python3.
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
home="${PARANEO_KAFKA:-$HOME/.cache/paraneo/kafka}"
vm=(java -Xmx512m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dorg.slf4j.simpleLogger.defaultLogLevel=error
    -cp "$home/lib/*")

prepare() {
  [ ! -e "$home/lib/complete" ] || return 0
  mkdir -p "$home"
  mvn -B -ntp -q -f "$here/pom.xml" \
    org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$home/lib"
  touch "$home/lib/complete"
}

configure() {
  local folder="$1" ports
  ports=($(python3 "$here/../free_ports.py" 2))
  echo "127.0.0.1:${ports[0]}" > "$folder/address"
  cat > "$folder/server.properties" << END
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:${ports[1]}
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://127.0.0.1:${ports[0]},CONTROLLER://127.0.0.1:${ports[1]}
log.dirs=$folder/data
num.partitions=4
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
group.initial.rebalance.delay.ms=0
END
  "${vm[@]}" kafka.tools.StorageTool format -t rehearsal0rehearsal000 -c "$folder/server.properties" > /dev/null
}

announce() {  # FOLDER: as soon as the broker, which has this process's number, answers at its address
  local host port
  IFS=: read -r host port < "$1/address"
  until (exec 3<> "/dev/tcp/$host/$port") 2> /dev/null; do
    kill -0 $$ 2> /dev/null || return
    sleep 0.1
  done
  cp "$1/address" "$1/ready"
}

case "${1:-}" in
  prepare) prepare ;;
  run)
    folder="${2:?give a folder}"
    prepare
    mkdir -p "$folder"
    rm -f "$folder/ready"
    [ -e "$folder/server.properties" ] || configure "$folder"
    (announce "$folder") &
    exec "${vm[@]}" kafka.Kafka "$folder/server.properties"
    ;;
  *) sed -n '2,8p' "$0"; exit 2 ;;
esac
