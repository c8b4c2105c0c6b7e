namespace Gantry.Engine.Containers;

/// <summary>When a container that ended comes back, and after how long.</summary>
internal static class RestartRules
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>A run at least this long resets the delay (Docker: ten seconds).</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(10);

    public static bool ShouldRestart(Container container, int exitCode, bool stopRequested) =>
        !stopRequested && container.Settings.Host.RestartPolicy switch
        {
            { Name: "always" or "unless-stopped" } => true,
            { Name: "on-failure", MaximumRetryCount: var most } => exitCode != 0 && (most == 0 || container.RestartCount < most),
            _ => false,
        };

    /// <summary>Whether a daemon that comes up starts a container that ended while it was away.</summary>
    public static bool ShouldStartAtBoot(Container container) => container.Settings.Host.RestartPolicy.Name switch
    {
        "always" => true,
        "unless-stopped" => !container.State.ManuallyStopped,
        _ => false,
    };

    /// <summary>The delay before the next start: doubled after each short run.</summary>
    public static TimeSpan NextDelay(TimeSpan previous, TimeSpan lastRun) =>
        previous == TimeSpan.Zero || lastRun >= Settled ? First
        : previous * 2 < Longest ? previous * 2
        : Longest;
}
