# shellcheck shell=bash
# Base images of the stack: the official ones, or, with no registry in reach, ones made on this machine. Sourced after daemon.sh.
official_sdk=mcr.microsoft.com/dotnet/sdk:10.0
official_runtime=mcr.microsoft.com/dotnet/runtime-deps:10.0
local_base=debian:bookworm-slim
local_sdk=gantry.local/dotnet-sdk:10.0
local_runtime=gantry.local/runtime-deps:10.0

have_image() { gantry image inspect "$1" >/dev/null 2>&1; }

# choose_images: exports SDK_IMAGE and RUNTIME_IMAGE for stack/compose.yaml. What was made here once stays the choice, so that
# only the first ./up asks the registry.
choose_images() {
  if [[ -z ${SDK_IMAGE:-}${RUNTIME_IMAGE:-} ]]; then
    if have_image $local_sdk && have_image $local_runtime; then
      say "using the base images made here earlier (./up --down forgets them)"
    elif get_image $official_sdk && get_image $official_runtime; then
      return
    else
      say "no registry in reach: using base images made here from Debian's archive and this machine's .NET SDK"
      make_images
    fi
    export SDK_IMAGE=$local_sdk RUNTIME_IMAGE=$local_runtime
  fi
  # Build steps fetch NuGet packages over HTTPS: they trust whom this host trusts.
  export GANTRY_TRUST_HOST_CA=1
}

get_image() { have_image "$1" || gantry pull -q "$1" >/dev/null 2>&1; }

make_images() {
  if ! have_image $local_base; then
    install_packages bootstrap
    gantry image bootstrap $local_base
  fi
  have_image $local_runtime || gantry build -q --trust-host-ca -t $local_runtime --build-arg BASE=$local_base \
    -f "$root/stack/base/runtime.Dockerfile" "$root/stack/base"
  local sdk; sdk=$(dirname "$(readlink -f "$(command -v dotnet)")")
  have_image $local_sdk || gantry build -q --trust-host-ca -t $local_sdk --build-arg BASE=$local_base \
    --build-context dotnet="$sdk" -f "$root/stack/base/sdk.Dockerfile" "$root/stack/base"
}
