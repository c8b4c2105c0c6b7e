# shellcheck shell=bash
# The images that Docker's tests take for granted; Docker Hub's own are out of reach, these are made on this machine. Sourced after private.sh.

# make_images FOLDER: their file systems, as archives.
make_images() {
  local tree; tree=$(mktemp -d)
  mkdir -p "$1" "$tree/hello"
  busybox_tree "$tree/busybox"
  mkdir -p "$tree/busybox"/{home,lib,sbin,usr/bin,usr/sbin,var/www}
  accounts "$tree/busybox"
  pack "$tree/busybox" >"$1/busybox.tar"
  # The same content would be the same image.
  echo glibc >"$tree/busybox/etc/variant"
  pack "$tree/busybox" >"$1/glibc.tar"

  printf '#include <unistd.h>\nint main(void) { return write(1, "\\nHello from Docker!\\n", 20) != 20; }\n' >"$tree/hello.c"
  gcc -static -O1 -o "$tree/hello/hello" "$tree/hello.c" || die "needs a C compiler and a static libc: apt-get install gcc libc6-dev"
  pack "$tree/hello" >"$1/hello.tar"
  echo arm32v7 >"$tree/hello/variant"
  pack "$tree/hello" >"$1/arm.tar"

  mmdebstrap --quiet --variant=minbase bookworm "$1/debian.tar" http://deb.debian.org/debian 2>"$tree/log" \
    || { tail -5 "$tree/log" >&2; die "mmdebstrap could not make debian:bookworm-slim"; }
  rm -rf "$tree"
}
pack() { tar -C "$1" --owner=0 --group=0 --mode=go-w -c .; }

# accounts TREE: those of Docker Hub's busybox, and adduser and addgroup, which Debian's busybox lacks.
accounts() {
  cat >"$1/etc/passwd" <<'END'
root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
bin:x:2:2:bin:/bin:/bin/false
sys:x:3:3:sys:/dev:/bin/false
sync:x:4:100:sync:/bin:/bin/sync
mail:x:8:8:mail:/var/spool/mail:/bin/false
www-data:x:33:33:www-data:/var/www:/bin/false
operator:x:37:37:Operator:/var:/bin/false
nobody:x:65534:65534:nobody:/home:/bin/false
END
  local group
  for group in root:0 daemon:1 bin:2 sys:3 adm:4 tty:5 disk:6 mail:8 wheel:10 www-data:33 audio:29 operator:37 staff:50 users:100 nobody:65534; do
    echo "${group%:*}:x:${group#*:}:"
  done >"$1/etc/group"
  printf 'root::::::::\ndaemon:*:::::::\nnobody:*:::::::\n' >"$1/etc/shadow"
  cat >"$1/bin/addgroup" <<'END'
#!/bin/sh
# addgroup -g GID NAME
echo "$3:x:$2:" >>/etc/group
END
  cat >"$1/bin/adduser" <<'END'
#!/bin/sh
# adduser -D [-u UID] [-G GROUP] NAME
uid=1000 group=
while getopts Du:G: o; do case $o in u) uid=$OPTARG ;; G) group=$OPTARG ;; esac; done
shift $((OPTIND - 1))
[ -n "$group" ] || { group=$1; addgroup -g $uid $1; }
echo "$1:x:$uid:$(sed -n "s/^$group:x:\([0-9]*\):.*/\1/p" /etc/group)::/home/$1:/bin/sh" >>/etc/passwd
END
  chmod 755 "$1/bin/addgroup" "$1/bin/adduser"
}

# load_images FOLDER: into the daemon that the docker CLI here speaks with.
load_images() {
  local path='ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'
  docker import -c "$path" -c 'CMD ["sh"]' "$1/busybox.tar" busybox:latest
  docker import -c "$path" -c 'CMD ["sh"]' "$1/glibc.tar" busybox:glibc
  docker import -c "$path" -c 'CMD ["bash"]' "$1/debian.tar" debian:bookworm-slim
  docker import -c "$path" -c 'CMD ["/hello"]' "$1/hello.tar" hello-world:frozen
  docker tag hello-world:frozen hello-world:amd64
  docker import --platform linux/arm64 -c 'CMD ["/hello"]' "$1/hello.tar" hello-world:arm64
  docker import -c 'CMD ["/hello"]' "$1/arm.tar" arm32v7/hello-world:latest
} >/dev/null
