namespace Gantry.Edge.Config;

/// <summary>Equal servers: listed, or all the addresses that a DNS name has at the moment.</summary>
internal sealed record ClusterConfig
{
    /// <summary>Base addresses: <c>http://web:8080</c>.</summary>
    public List<string> Destinations { get; set; } = [];

    /// <summary><c>api:8080</c>: every A and AAAA record is a destination.</summary>
    public string? Dns { get; set; }

    public TimeSpan ResolveEvery { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary><c>round-robin</c>, <c>least-requests</c> or <c>power-of-two</c>.</summary>
    public string Balance { get; set; } = "round-robin";

    public HealthConfig? Health { get; set; }

    public PassiveConfig Passive { get; set; } = new();

    public RetryConfig Retry { get; set; } = new();

    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Idle connections are closed after this; keep it below the servers' own keep-alive time.</summary>
    public TimeSpan KeepAlive { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>Ask each destination how it is. It gets no traffic before its first good answer.</summary>
internal sealed record HealthConfig
{
    public string Path { get; set; } = "/healthz";

    /// <summary>Another port than the traffic's, such as an admin listener's.</summary>
    public int? Port { get; set; }

    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    public int HealthyAfter { get; set; } = 1;

    /// <summary>Failures in a row. An answer of 503 is the server's own announcement and counts at once.</summary>
    public int UnhealthyAfter { get; set; } = 2;
}

/// <summary>Learn from real traffic: so many transport failures in a row, and the destination is left alone for a while.</summary>
internal sealed record PassiveConfig
{
    /// <summary>0 switches it off.</summary>
    public int Failures { get; set; } = 3;

    public TimeSpan EjectFor { get; set; } = TimeSpan.FromSeconds(5);
}

/// <summary>When a request is tried again, elsewhere if there is an elsewhere.</summary>
internal sealed record RetryConfig
{
    /// <summary>Tries on top of the first.</summary>
    public int Attempts { get; set; } = 3;

    /// <summary>How long a request waits for a destination when there is none, rather than failing.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>A request that carries an Idempotency-Key may be repeated like a GET.</summary>
    public bool IdempotencyKey { get; set; } = true;

    /// <summary>Bodies up to this are kept so that they can be sent again.</summary>
    public string BufferLimit { get; set; } = "64KB";
}
