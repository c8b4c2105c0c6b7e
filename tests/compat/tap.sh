# shellcheck shell=bash
# What the clients written in shell share. Sourced; every function test_* is a check, run in the order they are written.
#
# A client gets from ./run: DOCKER_HOST, REGISTRY (host:port of a registry that holds busybox, postgres and the reaper),
# WORK (a folder of its own), PATH with the docker CLI. It prints TAP: "ok N - name" or "not ok N - name" with "#" lines.
set -uo pipefail
export DOCKER_CLI_HINTS=false
image=$REGISTRY/busybox
label=gantry.compat

same() { [[ $1 == "$2" ]] || { echo "got <$1>, wanted <$2>"; exit 1; }; }
has() { [[ $1 == *"$2"* ]] || { echo "no <$2> in <$1>"; exit 1; }; }
lacks() { [[ $1 != *"$2"* ]] || { echo "<$2> in <$1>"; exit 1; }; }
# exits CODE COMMAND...: it ends with that code; its output is kept in $output.
exits() { local want=$1 code=0; shift; output=$("$@" 2>&1) || code=$?; [[ $code == "$want" ]] || { echo "exit code $code, wanted $want: $output"; exit 1; }; }
# soon COMMAND...: it succeeds within 20 seconds.
soon() { local i; for i in $(seq 100); do "$@" >/dev/null 2>&1 && return; sleep 0.2; done; echo "never: $*"; exit 1; }
# in_terminal COMMAND-LINE: with a terminal of 24 rows and 80 columns; keys come from standard input.
in_terminal() { script -qefc "stty rows 24 cols 80; $1" /dev/null; }

tap() {
  local number=0 name output code
  for name in $(sed -n 's/^test_\([a-z0-9_]*\)() {.*/\1/p' "$0"); do
    [[ -z ${ONLY:-} || $name == *$ONLY* ]] || continue
    number=$((number + 1))
    mkdir -p "$WORK/$name"
    output=$(set -e; cd "$WORK/$name"; trap 'set +e; cleanup >/dev/null 2>&1' EXIT; exec 2>&1 {BASH_XTRACEFD}>&1; set -x; "test_$name")
    code=$?
    if [[ $code == 0 ]]; then echo "ok $number - ${name//_/ }"; else echo "not ok $number - ${name//_/ }"; tail -12 <<<"$output" | sed 's/^/# /'; fi
  done
  echo "1..$number"
}
# Overridden where a client makes other things than labelled containers, networks and volumes.
cleanup() {
  { set +x; } 2>/dev/null
  local ids
  ids=$(docker ps -aq --filter label=$label); [[ -z $ids ]] || docker rm -fv $ids
  ids=$(docker network ls -q --filter label=$label); [[ -z $ids ]] || docker network rm $ids
  ids=$(docker volume ls -q --filter label=$label); [[ -z $ids ]] || docker volume rm $ids
}
