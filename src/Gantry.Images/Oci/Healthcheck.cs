namespace Gantry.Images;

/// <summary>
/// Docker's healthcheck: Test is ["NONE"], ["CMD", ...] or ["CMD-SHELL", "..."]; zero durations mean "the default" (30 s,
/// 30 s, 0 s, 5 s, 3 retries).
/// </summary>
public sealed record Healthcheck
{
    public IReadOnlyList<string> Test { get; init; } = [];

    public TimeSpan Interval { get; init; }

    public TimeSpan Timeout { get; init; }

    public TimeSpan StartPeriod { get; init; }

    public TimeSpan StartInterval { get; init; }

    public int Retries { get; init; }
}
