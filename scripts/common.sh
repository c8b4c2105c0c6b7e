# shellcheck shell=bash
# What ./up, ./test and bench/ share. Sourced; $root is the repository.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
out=$root/out

die() { echo "${0##*/}: $*" >&2; exit 1; }
say() { echo "==> $*"; }

# need_tools: the machine is one this can run on.
need_tools() {
  [[ $(id -u) == 0 ]] || die "needs root: try sudo $0"
  command -v apt-get >/dev/null || die "needs Debian (or a derivative): apt-get is missing"
  command -v dotnet >/dev/null || die "needs the .NET 10 SDK: install dotnet-sdk-10.0 (https://dot.net/download)"
  [[ $(dotnet --version) == 10.* ]] || die "needs the .NET 10 SDK, found $(dotnet --version): install dotnet-sdk-10.0"
}

# install_packages GROUP...: the Debian packages of scripts/packages that are missing.
install_packages() {
  local group missing=()
  for group; do
    local name
    for name in $(sed -n "s/^$group  *//p" "$root/scripts/packages"); do
      dpkg-query -W -f='${db:Status-Status}\n' "$name" 2>/dev/null | grep -qx installed || missing+=("$name")
    done
  done
  [[ ${#missing[@]} == 0 ]] && return
  say "installing ${missing[*]}"
  [[ -n $(find /var/lib/apt/lists -name '*_Packages*' -mtime -1 2>/dev/null | head -1) ]] || apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null \
    || die "could not install: ${missing[*]}"
}

# contained COMMAND...: with a temporary folder of its own, for each "dotnet build" leaves two empty ones in it, and without servers
# that outlive it, with what they inherited (a lock, say).
contained() (
  TMPDIR=$(mktemp -d /tmp/gantry-build.XXXXXX)
  export TMPDIR MSBUILDDISABLENODEREUSE=1 UseSharedCompilation=false
  trap 'rm -rf "$TMPDIR"' EXIT
  "$@"
)

# sources_digest: changes when a source of the published binaries does.
sources_digest() {
  (cd "$root" && find src Directory.Build.props Directory.Packages.props global.json -name bin -prune -o -name obj -prune -o -type f -print0 \
    | sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
}

# publish: the NativeAOT binaries gantryd, gantry and gantry-monitor into out/, when a source changed.
publish() {
  local digest; digest=$(sources_digest)
  [[ -e $out/.digest && $(cat "$out/.digest") == "$digest" ]] && return
  say "publishing gantryd, gantry and gantry-monitor (NativeAOT)"
  mkdir -p "$out"
  contained publish_all || exit
  echo "$digest" >"$out/.digest"
}

publish_all() {
  local linker=()
  command -v clang >/dev/null || linker=(-p:CppCompilerAndLinker=gcc)
  local project
  for project in Monitor Daemon Cli; do
    dotnet publish "$root/src/Gantry.$project" -c Release -r linux-x64 -o "$out" --nologo -v quiet "${linker[@]}" \
      || die "publishing Gantry.$project failed"
  done
}
