# shellcheck shell=bash
# The daemon that ./up runs. Sourced after common.sh.
data=${GANTRY_DATA:-/var/lib/gantry}
run=${GANTRY_RUN:-/run/gantry}
sock=$run/gantry.sock
# Further options, for a daemon beside another one.
flags=${GANTRYD_FLAGS:-}
log=$data/gantryd.log
export DOCKER_HOST=unix://$sock

gantry() { "$out/gantry" "$@"; }
compose() { gantry compose --project-directory "$root/stack" -f "$root/stack/compose.yaml" "$@"; }
answers() { [[ -S $sock ]] && gantry version >/dev/null 2>&1; }

# start_daemon: gantryd in the background; one that runs an older binary is replaced (containers go on).
start_daemon() {
  local digest; digest=$(cat "$out/.digest")
  if answers; then
    [[ $(cat "$run/up.digest" 2>/dev/null) == "$digest" ]] && return
    say "restarting gantryd with the new binary; containers go on"
    stop_daemon
  fi
  mkdir -p "$data" "$run"
  # shellcheck disable=SC2086
  setsid nohup "$out/gantryd" --data-root "$data" --exec-root "$run" -H "unix://$sock" --pidfile "$run/gantryd.pid" $flags \
    >>"$log" 2>&1 </dev/null &
  local try
  for try in $(seq 100); do
    answers && { echo "$digest" >"$run/up.digest"; return; }
    sleep 0.1
  done
  tail -5 "$log" >&2
  die "gantryd did not answer within ten seconds: see $log"
}

stop_daemon() {
  local pid; pid=$(cat "$run/gantryd.pid" 2>/dev/null) || return 0
  kill "$pid" 2>/dev/null || return 0
  local try
  for try in $(seq 100); do
    [[ -e /proc/$pid ]] || return 0
    sleep 0.1
  done
  die "gantryd (pid $pid) does not end"
}

# down: the stack, its images, the daemon and all its state.
down() {
  if [[ -x $out/gantryd ]]; then
    if [[ -d $data ]]; then
      start_daemon
      compose down --volumes --remove-orphans || true
      local ids; ids=$(gantry ps -aq)
      # shellcheck disable=SC2086
      [[ -z $ids ]] || gantry rm -f $ids >/dev/null
      stop_daemon
    fi
    # shellcheck disable=SC2086
    "$out/gantryd" --data-root "$data" --exec-root "$run" $flags --remove-all
  fi
  rm -rf "$out"
  say "everything that ./up made is gone; Debian packages it installed stay"
}
