# Where Microsoft's registry cannot be reached: an SDK image from Debian and this host's own .NET SDK.
#   build --file stack/base/sdk.Dockerfile --build-context dotnet=/usr/share/dotnet --tag gantry.local/dotnet-sdk:10.0 stack/base
ARG BASE=debian:bookworm-slim
FROM ${BASE}
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,target=/var/lib/apt/lists,sharing=locked \
    apt-get update && apt-get install -y --no-install-recommends ca-certificates clang libc6-dev libgcc-12-dev libssl3 tzdata zlib1g-dev
COPY --from=dotnet . /usr/share/dotnet
RUN ln -sf /usr/share/dotnet/dotnet /usr/bin/dotnet
ENV DOTNET_ROOT=/usr/share/dotnet \
    DOTNET_CLI_TELEMETRY_OPTOUT=1 \
    DOTNET_NOLOGO=1 \
    DOTNET_GENERATE_ASPNET_CERTIFICATE=false \
    DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 \
    NUGET_XMLDOC_MODE=skip
