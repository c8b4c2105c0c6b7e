namespace Gantry.Runtime;

/// <summary>What to read of a log.</summary>
public sealed record LogQuery
{
    public bool Stdout { get; init; } = true;
    public bool Stderr { get; init; } = true;
    public DateTimeOffset? Since { get; init; }
    public DateTimeOffset? Until { get; init; }
    /// <summary>Null means all.</summary>
    public int? Tail { get; init; }
    /// <summary>The time text of an entry: only what was written after it; all if there is no such entry any more.</summary>
    public string? After { get; init; }
    public bool Follow { get; init; }
}
