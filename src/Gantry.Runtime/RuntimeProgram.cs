namespace Gantry.Runtime;

/// <summary>An OCI runtime that somebody configured.</summary>
/// <param name="Path">A path, or a name on PATH.</param>
/// <param name="Arguments">What it is given before everything else.</param>
public sealed record RuntimeProgram(string Path, IReadOnlyList<string> Arguments);
