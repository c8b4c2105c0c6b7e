using Gantry.Api.System;

namespace Gantry.Client.Builds;

/// <summary>One build to ask for.</summary>
public sealed record BuildOptions
{
    /// <summary>Directory of the context; null when <see cref="ContextTar"/> or <see cref="RemoteContext"/> is given.</summary>
    public string? ContextDirectory { get; init; }

    /// <summary>A ready tar archive as the context (<c>docker build -</c>).</summary>
    public Stream? ContextTar { get; init; }

    /// <summary>A URL that the daemon fetches.</summary>
    public string? RemoteContext { get; init; }

    /// <summary>Path of the Dockerfile, relative to the current directory or absolute; null takes the context's own <c>Dockerfile</c>.</summary>
    public string? DockerfilePath { get; init; }

    /// <summary>The Dockerfile itself, in place of a path.</summary>
    public string? DockerfileText { get; init; }

    public IReadOnlyList<string> Tags { get; init; } = [];

    public string? Target { get; init; }

    /// <summary>A null value takes the daemon's own (proxy variables).</summary>
    public IReadOnlyDictionary<string, string?> Arguments { get; init; } = new Dictionary<string, string?>();

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>A directory, or <c>docker-image://REFERENCE</c>, by the name that <c>FROM</c> and <c>--from</c> use.</summary>
    public IReadOnlyDictionary<string, string> NamedContexts { get; init; } = new Dictionary<string, string>();

    /// <summary>Secrets by id.</summary>
    public IReadOnlyDictionary<string, byte[]> Secrets { get; init; } = new Dictionary<string, byte[]>();

    public bool NoCache { get; init; }

    public bool Pull { get; init; }

    public string? Network { get; init; }

    /// <summary><c>host:ip</c>.</summary>
    public IReadOnlyList<string> ExtraHosts { get; init; } = [];

    public string? Platform { get; init; }

    /// <summary>Bytes of /dev/shm in RUN steps; zero for the default.</summary>
    public long ShmSize { get; init; }

    /// <summary>RUN steps see this host's CA bundle, the image does not.</summary>
    public bool TrustHostCertificates { get; init; }

    /// <summary>Images whose layers may be taken as cache.</summary>
    public IReadOnlyList<string> CacheFrom { get; init; } = [];

    /// <summary>Credentials by registry.</summary>
    public IReadOnlyDictionary<string, AuthConfig> Registries { get; init; } = new Dictionary<string, AuthConfig>();
}
