namespace Gantry.Edge.Config;

/// <summary>What the operator asked for: the configuration file, member by member (docs/edge.md).</summary>
/// <remarks>Settable properties, because the JSON source generator loses the defaults of init-only ones.</remarks>
internal sealed record EdgeConfig
{
    public List<ListenerConfig> Listeners { get; set; } = [];

    public AdminConfig? Admin { get; set; }

    /// <summary>Where the local authority and its certificates are kept.</summary>
    public string DataDirectory { get; set; } = "/var/lib/gantry-edge";

    public List<RouteConfig> Routes { get; set; } = [];

    public Dictionary<string, ClusterConfig> Clusters { get; set; } = [];

    public ForwardingConfig Forwarding { get; set; } = new();

    public CompressionConfig? Compression { get; set; }

    /// <summary>Response headers set unless the answer already has them; null takes a default one away.</summary>
    public Dictionary<string, string?> SecurityHeaders { get; set; } = [];

    public LimitsConfig Limits { get; set; } = new();

    public ShutdownConfig Shutdown { get; set; } = new();

    public bool AccessLog { get; set; } = true;

    /// <summary>The program's own log, on standard error: debug, information, warning, error or none.</summary>
    public string LogLevel { get; set; } = "information";
}

/// <summary>One address to listen on; with <see cref="Tls"/> it speaks HTTPS (HTTP/1.1 and h2).</summary>
internal sealed record ListenerConfig
{
    /// <summary><c>0.0.0.0:8080</c>, <c>[::]:8080</c>; <c>*</c> is every address.</summary>
    public string Address { get; set; } = "";

    public TlsConfig? Tls { get; set; }
}

/// <summary>A certificate from PEM files, or (both absent) one issued by the local authority for <see cref="Hosts"/>.</summary>
internal sealed record TlsConfig
{
    public string? Certificate { get; set; }

    public string? Key { get; set; }

    public List<string> Hosts { get; set; } = [];
}

/// <summary>The listener of health, status and drain; never reachable through the others.</summary>
internal sealed record AdminConfig
{
    public string Address { get; set; } = "127.0.0.1:9000";
}

/// <summary>Requests of one host and path prefix go to a cluster or to a folder of files.</summary>
internal sealed record RouteConfig
{
    /// <summary>Exact (<c>example.com</c>), one wildcard label (<c>*.example.com</c>), or absent for any.</summary>
    public string? Host { get; set; }

    /// <summary>A prefix of whole segments: <c>/api</c> takes <c>/api</c> and <c>/api/x</c>, not <c>/apis</c>.</summary>
    public string Path { get; set; } = "/";

    public string? Cluster { get; set; }

    public FilesConfig? Files { get; set; }

    public bool StripPrefix { get; set; }

    /// <summary>Until the answer's headers; then 504.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a started answer or request body may rest; event streams have to speak this often.</summary>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Overrides <see cref="LimitsConfig.Body"/> for this route: <c>10MB</c>.</summary>
    public string? BodyLimit { get; set; }
}

/// <summary>A folder served with entity tags, precompressed variants and cache rules.</summary>
internal sealed record FilesConfig
{
    public string Root { get; set; } = "";
}

/// <summary>What the answers of a proxy in front may tell about the client.</summary>
internal sealed record ForwardingConfig
{
    /// <summary>How many proxies in front are ours; their X-Forwarded headers are believed, others' dropped.</summary>
    public int TrustedHops { get; set; }

    /// <summary>Also write the Forwarded header of RFC 7239.</summary>
    public bool Forwarded { get; set; }
}

/// <summary>Compress answers that are text, not yet encoded, and not small.</summary>
internal sealed record CompressionConfig
{
    public string MinimumSize { get; set; } = "1024";

    /// <summary>Media types; one ending in <c>/*</c> takes the family.</summary>
    public List<string> Types { get; set; } =
        ["text/*", "application/json", "application/problem+json", "application/javascript", "application/xml", "application/wasm", "image/svg+xml"];
}

/// <summary>What a client may take.</summary>
internal sealed record LimitsConfig
{
    public string Body { get; set; } = "32MB";

    public TimeSpan RequestHeaders { get; set; } = TimeSpan.FromSeconds(15);

    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(130);

    public int? Connections { get; set; }
}

/// <summary>SIGTERM: /healthz says 503 for <see cref="Announce"/>, then no more connections, then up to <see cref="Grace"/> for what is in flight.</summary>
internal sealed record ShutdownConfig
{
    public TimeSpan Announce { get; set; } = TimeSpan.FromSeconds(1);

    public TimeSpan Grace { get; set; } = TimeSpan.FromSeconds(20);
}
