namespace Gantry.Compose.Model;

internal sealed record NetworkDefinition
{
    public required string Key { get; init; }

    public required string Name { get; init; }

    public bool External { get; init; }

    public string? Driver { get; init; }

    public IReadOnlyDictionary<string, string>? DriverOptions { get; init; }

    public bool Internal { get; init; }

    public bool Attachable { get; init; }

    public bool? EnableIPv4 { get; init; }

    public bool? EnableIPv6 { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public string? IpamDriver { get; init; }

    public IReadOnlyDictionary<string, string>? IpamOptions { get; init; }

    public IReadOnlyList<Subnet> Subnets { get; init; } = [];

    public required string ConfigHash { get; init; }
}

internal sealed record Subnet(string? Address, string? Range, string? Gateway, IReadOnlyDictionary<string, string>? AuxiliaryAddresses);

internal sealed record VolumeDefinition
{
    public required string Key { get; init; }

    public required string Name { get; init; }

    public bool External { get; init; }

    public string? Driver { get; init; }

    public IReadOnlyDictionary<string, string>? DriverOptions { get; init; }

    public IReadOnlyDictionary<string, string>? Labels { get; init; }

    public required string ConfigHash { get; init; }
}

/// <summary>A secret or a config: a file on this machine, or text that is copied into the container.</summary>
internal sealed record FileResource(string Key, string Name, bool External, string? File, string? Content);

/// <summary>How a service's image is built.</summary>
internal sealed record BuildDefinition
{
    /// <summary>A directory here, or something the builder fetches.</summary>
    public required string Context { get; init; }

    public string? Dockerfile { get; init; }

    public string? DockerfileInline { get; init; }

    public IReadOnlyDictionary<string, string> Arguments { get; init; } = new Dictionary<string, string>();

    public string? Target { get; init; }

    public IReadOnlyDictionary<string, string> AdditionalContexts { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<BuildSecret> Secrets { get; init; } = [];

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyList<string> Platforms { get; init; } = [];

    public string? Network { get; init; }

    public IReadOnlyList<string> ExtraHosts { get; init; } = [];

    public long? ShmSize { get; init; }

    public bool NoCache { get; init; }

    public bool Pull { get; init; }

    /// <summary>The build sees the certificate authorities of the daemon's host (<c>x-trust-host-ca</c>).</summary>
    public bool TrustHostCa { get; init; }
}

/// <param name="Id">As <c>RUN --mount=type=secret,id=</c> names it.</param>
internal sealed record BuildSecret(string Id, string? File, string? Content);
