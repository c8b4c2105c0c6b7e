namespace Gantry.Runtime;

/// <summary>Where the monitor writes the json-file log; rotation: MaxSize bytes (0 = never) and MaxFiles kept. Path null: no log (driver none).</summary>
public sealed record LogFile(string? Path, long MaxSize = 10 << 20, int MaxFiles = 3)
{
    /// <summary>A JSON object that each record carries as "attrs"; null for none.</summary>
    public string? Attributes { get; init; }

    /// <summary>Rotated files are compressed with gzip.</summary>
    public bool Compress { get; init; }
}
