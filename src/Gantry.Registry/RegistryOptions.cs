namespace Gantry.Registry;

/// <summary>How registries are reached. The defaults are Docker's.</summary>
public sealed record RegistryOptions
{
    /// <summary>Hosts with optional port, or CIDR ranges, for which plain HTTP and unverified certificates will do; loopback always is.</summary>
    public IReadOnlyList<string> InsecureRegistries { get; init; } = [];

    /// <summary>Asked before Docker Hub, in order, for pulls.</summary>
    public IReadOnlyList<Uri> Mirrors { get; init; } = [];

    /// <summary>Folders of <c>HOST[:PORT]/</c> with <c>*.crt</c> (authorities) and <c>*.cert</c> with <c>*.key</c> (client certificates).</summary>
    public IReadOnlyList<string> CertificateDirectories { get; init; } = ["/etc/docker/certs.d", "/etc/gantry/certs.d"];

    /// <summary>Layers that are downloaded at once, over all pulls.</summary>
    public int MaxDownloads { get; init; } = 3;

    /// <summary>Layers that are uploaded at once, over all pushes.</summary>
    public int MaxUploads { get; init; } = 5;

    /// <summary>Name resolution, TCP and TLS together: a machine without a network must say so soon.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a registry may take to begin its answer, or to go on with one.</summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Tries of one request or blob, the first one counted.</summary>
    public int Attempts { get; init; } = 5;

    /// <summary>Pause before the second try; doubles with each, with jitter.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Bytes of one piece when an upload in one piece did not work.</summary>
    public int ChunkSize { get; init; } = 16 << 20;

    public string UserAgent { get; init; } = "gantry";
}
