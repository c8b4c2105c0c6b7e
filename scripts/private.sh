# shellcheck shell=bash
# A gantryd beside any other, for rings and benchmarks. Sourced after common.sh.

# start_private NAME NUMBER FOLDER: a daemon whose kernel objects are named after NAME (eight letters at most), with
# addresses of 10.NUMBER.0.0/16 and its files in FOLDER. $private_host is where it listens, $private_pid its process.
start_private() {
  private_flags=(--data-root "$3/data" --exec-root "$3/run" --nft-table "gantry-$1" --default-bridge "gt${1}0" --bridge-prefix "g${1:0:1}-"
    --cgroup-parent "/gantry-$1" --default-address-pool "base=10.$2.0.0/16,size=24")
  private_host=unix://$3/gantry.sock
  "$out/gantryd" -H "$private_host" "${private_flags[@]}" 2>"$3/gantryd.log" &
  private_pid=$!
  local try
  for try in $(seq 100); do
    DOCKER_HOST=$private_host "$out/gantry" version >/dev/null 2>&1 && return
    sleep 0.1
  done
  tail -5 "$3/gantryd.log" >&2
  die "the private gantryd did not answer within ten seconds"
}

# end_private: the daemon and all that it made, also when it did not come up.
end_private() {
  [[ -z ${private_pid:-} ]] || { kill "$private_pid" 2>/dev/null && wait "$private_pid" 2>/dev/null || true; }
  [[ -z ${private_host:-} ]] || "$out/gantryd" "${private_flags[@]}" --remove-all >/dev/null 2>&1 || true
}

# busybox_tree FOLDER: a root filesystem of Debian's busybox with every applet.
busybox_tree() {
  mkdir -p "$1"/{bin,etc,tmp,root,proc,dev,sys}
  chmod 1777 "$1/tmp"
  cp /bin/busybox "$1/bin/"
  local applet
  for applet in $(/bin/busybox --list); do [[ $applet == busybox ]] || ln -sf busybox "$1/bin/$applet"; done
}
