# Where Microsoft's registry cannot be reached: what a native .NET program needs at run time, from Debian.
#   build --file stack/base/runtime.Dockerfile --tag gantry.local/runtime-deps:10.0 stack/base
ARG BASE=debian:bookworm-slim
FROM ${BASE}
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,target=/var/lib/apt/lists,sharing=locked \
    apt-get update && apt-get install -y --no-install-recommends ca-certificates libssl3 tzdata zlib1g
ENV APP_UID=1654 \
    DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1
