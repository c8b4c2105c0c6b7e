namespace Gantry.Compose.Planning;

internal enum RecreatePolicy
{
    /// <summary>What differs from its definition.</summary>
    Diverged,
    Force,
    Never,
}

/// <summary>What the command line asks of a plan.</summary>
internal sealed record PlanOptions
{
    /// <summary>The services named, all when empty.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    public bool WithoutDependencies { get; init; }

    public RecreatePolicy Recreate { get; init; }

    /// <summary><c>always</c>, <c>missing</c>, <c>never</c>, or null to follow each service's policy.</summary>
    public string? Pull { get; init; }

    public bool Build { get; init; }

    public bool NoBuild { get; init; }

    public bool RemoveOrphans { get; init; }

    public bool IgnoreOrphans { get; init; }

    /// <summary>Replicas asked for on the command line.</summary>
    public IReadOnlyDictionary<string, int> Scale { get; init; } = new Dictionary<string, int>();

    /// <summary>Containers are made but not started.</summary>
    public bool NoStart { get; init; }
}
