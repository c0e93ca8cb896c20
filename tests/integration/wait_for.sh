# To be sourced. Waits until a server has written a file. When the server ends before, or does not write it in that time, its
# log is shown and the test has failed.
wait_for() {  # SECONDS FILE PID LOG
  for _ in $(seq $(($1 * 10))); do
    [ -s "$2" ] && return
    kill -0 "$3" 2> /dev/null || break
    sleep 0.1
  done
  cat "$4"
  exit 1
}
