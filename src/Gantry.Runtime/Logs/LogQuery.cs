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
    public bool Follow { get; init; }
}
