namespace Gantry.Runtime;

/// <summary>How a process ended.</summary>
/// <param name="Code">Docker's code: 0-255, 128+n for a signal.</param>
public sealed record ProcessExit(int Code, DateTimeOffset At, bool OomKilled);
