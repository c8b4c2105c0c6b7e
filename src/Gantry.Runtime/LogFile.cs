namespace Gantry.Runtime;

/// <summary>Where the monitor writes the json-file log; rotation: MaxSize bytes (0 = never) and MaxFiles kept. Path null: no log (driver none).</summary>
public sealed record LogFile(string? Path, long MaxSize = 10 << 20, int MaxFiles = 3);
