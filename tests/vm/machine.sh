# shellcheck shell=bash
# A Debian machine in qemu, for what a test host may not have: cgroup v2, systemd, AppArmor, a full kernel. Sourced after common.sh.
#
# The disk is made once from Debian's archive and kept; each boot writes to a layer of its own, thrown away with the folder.
vm_cache=${VM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/gantry-vm}
vm_packages=(linux-image-amd64 initramfs-tools systemd systemd-sysv dbus udev kmod openssh-server ca-certificates
  apparmor iproute2 iputils-ping nftables libnftables1 crun procps tini btrfs-progs xfsprogs zstd busybox-static python3-minimal curl less)

# make_machine: $vm_base, a folder with disk, kernel, initrd and the key that the machine's users let in.
make_machine() {
  vm_base=$vm_cache/$({ echo "${vm_packages[*]}"; declare -f furnish make_machine; } | sha256sum | cut -c1-16)
  [[ -e $vm_base/disk.qcow2 ]] && return
  say "making the machine's disk from Debian's archive (once)"
  local tree; tree=$(mktemp -d)
  mkdir -p "$vm_base"
  ssh-keygen -q -t ed25519 -N '' -f "$vm_base/key" <<<y >/dev/null
  local packages; packages=$(IFS=,; echo "${vm_packages[*]}")
  mmdebstrap --quiet --variant=minbase --include="$packages" \
    --customize-hook='printf "MODULES=list\nCOMPRESS=zstd\n" >"$1/etc/initramfs-tools/conf.d/ring"' \
    --customize-hook='printf "virtio_pci\nvirtio_blk\next4\n" >>"$1/etc/initramfs-tools/modules"' \
    --customize-hook='chroot "$1" update-initramfs -u' \
    bookworm "$tree" 2>"$vm_base/mmdebstrap.log" || { tail -20 "$vm_base/mmdebstrap.log"; die "mmdebstrap failed"; }
  furnish "$tree"
  cp "$tree"/boot/vmlinuz-* "$vm_base/kernel"
  cp "$tree"/boot/initrd.img-* "$vm_base/initrd"
  mke2fs -q -t ext4 -L root -d "$tree" "$vm_base/disk.raw" 8G
  qemu-img convert -O qcow2 "$vm_base/disk.raw" "$vm_base/disk.part"
  rm -rf "$tree" "$vm_base/disk.raw"
  mv "$vm_base/disk.part" "$vm_base/disk.qcow2"
}

# furnish TREE: users root and app (group docker, which may use the daemon), both by key; an address by DHCP; the share at /ring.
furnish() {
  echo ring >"$1/etc/hostname"
  printf 'LABEL=root / ext4 defaults 0 1\nring /ring 9p ro,trans=virtio,version=9p2000.L,cache=loose,msize=262144 0 0\n' >"$1/etc/fstab"
  printf '[Match]\nName=e*\n[Network]\nDHCP=ipv4\n' >"$1/etc/systemd/network/10-ring.network"
  printf '127.0.0.1 localhost ring\n' >"$1/etc/hosts"
  chroot "$1" groupadd --system docker
  chroot "$1" useradd --create-home --shell /bin/bash --groups docker app
  local home
  for home in root home/app; do
    install -d -m 700 "$1/$home/.ssh"
    cp "$vm_base/key.pub" "$1/$home/.ssh/authorized_keys"
  done
  chroot "$1" chown -R app:app /home/app/.ssh
  chroot "$1" systemctl --quiet enable systemd-networkd ssh
  # Nothing that only costs time here.
  chroot "$1" systemctl --quiet mask apt-daily.timer apt-daily-upgrade.timer man-db.timer e2scrub_all.timer fstrim.timer \
    systemd-networkd-wait-online.service getty@tty1.service systemd-timesyncd.service
  mkdir -p "$1/ring" "$1/var/log/journal"
}

# boot FOLDER SHARE: the machine runs; $vm_pid is qemu's, $vm_port the loopback port of its sshd. FOLDER gets its disk layer and console.
boot() {
  vm_folder=$1
  vm_port=${VM_PORT:-5322}
  qemu-img create -q -f qcow2 -b "$vm_base/disk.qcow2" -F qcow2 "$1/disk.qcow2"
  qemu-img create -q -f qcow2 "$1/spare.qcow2" 2G
  local accelerator=tcg,thread=multi
  grep -qwE 'svm|vmx' /proc/cpuinfo && [[ -w /dev/kvm ]] && accelerator=kvm
  qemu-system-x86_64 -accel $accelerator -cpu max -smp 2 -m 3G -display none -no-user-config -nodefaults \
    -kernel "$vm_base/kernel" -initrd "$vm_base/initrd" -append "root=LABEL=root ro console=ttyS0 quiet net.ifnames=0 ${VM_APPEND:-}" \
    -drive "file=$1/disk.qcow2,if=virtio,cache=unsafe" -drive "file=$1/spare.qcow2,if=virtio,cache=unsafe" \
    -netdev "user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:$vm_port-:22" -device virtio-net-pci,netdev=net \
    -device virtio-rng-pci -virtfs "local,path=$2,mount_tag=ring,security_model=none,readonly=on" \
    -serial "file:$1/console.log" -monitor none >"$1/qemu.log" 2>&1 &
  vm_pid=$!
  printf 'Host ring\n HostName 127.0.0.1\n Port %s\n User root\n IdentityFile %s\n IdentitiesOnly yes\n StrictHostKeyChecking no\n UserKnownHostsFile %s\n LogLevel ERROR\n ConnectTimeout 5\n ControlPath %s\n' \
    "$vm_port" "$vm_base/key" "$1/known_hosts" "$1/ssh-%r" >"$1/ssh_config"
  wait_machine
}

# in_machine COMMAND...: as root, in a shell.
in_machine() { ssh -F "$vm_folder/ssh_config" -o ControlMaster=auto -o ControlPersist=60 ring "$@"; }

# wait_machine: until sshd lets us in.
wait_machine() {
  local try
  for try in $(seq 90); do
    in_machine true 2>/dev/null && return
    kill -0 "$vm_pid" 2>/dev/null || { cat "$vm_folder/qemu.log" >&2; die "qemu ended"; }
    sleep 2
  done
  tail -30 "$vm_folder/console.log" >&2
  die "the machine did not let us in within three minutes"
}

# reboot_machine: a real one, down through systemd; returns when it is up again.
reboot_machine() {
  local before; before=$(in_machine cat /proc/sys/kernel/random/boot_id)
  in_machine systemctl reboot || true
  ssh -F "$vm_folder/ssh_config" -O exit ring 2>/dev/null || true
  local try
  for try in $(seq 60); do
    sleep 2
    [[ $(in_machine cat /proc/sys/kernel/random/boot_id 2>/dev/null || echo "$before") == "$before" ]] || return 0
    ssh -F "$vm_folder/ssh_config" -O exit ring 2>/dev/null || true
  done
  die "the machine did not come back"
}

# power_off: the machine ends and its layer with it.
power_off() {
  [[ -n ${vm_pid:-} ]] || return 0
  ssh -F "$vm_folder/ssh_config" -O exit ring 2>/dev/null || true
  kill "$vm_pid" 2>/dev/null && wait "$vm_pid" 2>/dev/null || true
  vm_pid=''
}
