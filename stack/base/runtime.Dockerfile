# Where Microsoft's registry cannot be reached: what a native .NET program needs at run time, from Debian's packages and
# nothing else. No shell, no package manager.
#   build --file stack/base/runtime.Dockerfile --tag gantry.local/runtime-deps:10.0 stack/base
ARG BASE=debian:bookworm-slim
FROM ${BASE} AS files
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,target=/var/lib/apt/lists,sharing=locked \
    apt-get update && apt-get install -y --no-install-recommends ca-certificates libssl3 tzdata zlib1g
RUN <<EOF
set -e
mkdir -p /tree/tmp /tree/root /tree/usr/lib /tree/usr/lib64 /tree/usr/bin /tree/usr/sbin
chmod 1777 /tree/tmp
for folder in lib lib64 bin sbin; do ln -s usr/$folder /tree/$folder; done
# The packages' own lists say what to take; gconv and perl modules are of no use to a native program.
dpkg -L base-files ca-certificates libc6 libgcc-s1 libssl3 netbase tzdata zlib1g 2>/dev/null | grep -Ev '/(gconv|doc|lintian|locale|man|perl-base|info)(/|$)' |
while read -r path; do
  real=$(readlink -f "$(dirname "$path")")/$(basename "$path")
  if [ -L "$real" ] || [ -f "$real" ]; then
    mkdir -p "/tree$(dirname "$real")"
    cp -a "$real" "/tree$real"
  fi
done
mkdir -p /tree/etc/ssl/certs
cp /etc/ssl/certs/ca-certificates.crt /tree/etc/ssl/certs/
printf 'root:x:0:0:root:/root:/sbin/nologin\napp:x:1654:1654::/home/app:/sbin/nologin\n' >/tree/etc/passwd
printf 'root:x:0:\napp:x:1654:\n' >/tree/etc/group
mkdir -p /tree/home/app && chown 1654:1654 /tree/home/app
EOF

FROM scratch
COPY --from=files /tree /
ENV APP_UID=1654 \
    DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
