using Gantry.Core;

namespace Gantry.Build;

/// <summary>One build asked for. Directories are private to the build and already on this machine.</summary>
public sealed record BuildRequest
{
    public required string ContextDirectory { get; init; }

    /// <summary>Path of the Dockerfile inside the context.</summary>
    public string DockerfilePath { get; init; } = "Dockerfile";

    /// <summary>Dockerfile text when it is not in the context (<c>-f -</c> or a path outside).</summary>
    public string? DockerfileText { get; init; }

    /// <summary>Stage to build, by name or index; the last one when null or empty.</summary>
    public string? Target { get; init; }

    /// <summary>Build arguments. A null value means that the argument was named without a value and is unset.</summary>
    public IReadOnlyDictionary<string, string?> Arguments { get; init; } = new Dictionary<string, string?>();

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Named contexts: a directory, or an image as <c>docker-image://NAME</c>.</summary>
    public IReadOnlyDictionary<string, string> NamedContexts { get; init; } = new Dictionary<string, string>();

    /// <summary>Secrets by id: the bytes. Never logged, never in a cache key or layer.</summary>
    public IReadOnlyDictionary<string, byte[]> Secrets { get; init; } = new Dictionary<string, byte[]>();

    /// <summary>Asked for the credentials of a registry's domain that is not among <see cref="Registries"/>.</summary>
    public Func<string, CancellationToken, Task<RegistryCredentials>>? FindCredentials { get; init; }

    /// <summary>Asked for secrets that are not among <see cref="Secrets"/>; null when it has none of that id either.</summary>
    public Func<string, CancellationToken, Task<byte[]?>>? FindSecret { get; init; }

    /// <summary>The context lacks already what its ignore list names.</summary>
    public bool ContextFiltered { get; init; }

    public Platform? Platform { get; init; }

    public bool NoCache { get; init; }

    public bool Pull { get; init; }

    /// <summary>Credentials by registry (<c>https://index.docker.io/v1/</c> for Docker Hub), for base images.</summary>
    public IReadOnlyDictionary<string, RegistryCredentials> Registries { get; init; } = new Dictionary<string, RegistryCredentials>();

    /// <summary><c>default</c>, <c>none</c>, <c>host</c>, or a network's name: for RUN.</summary>
    public string NetworkMode { get; init; } = "default";

    public IReadOnlyList<string> ExtraHosts { get; init; } = [];

    public long ShmSize { get; init; }

    /// <summary>The host's CA bundle is made available to RUN steps without being in the image.</summary>
    public bool TrustHostCertificates { get; init; }

    public DateTimeOffset? SourceDateEpoch { get; init; }
}
