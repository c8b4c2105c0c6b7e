namespace Gantry.Engine.Containers;

/// <summary>The one-line state of <c>docker ps</c>, in Docker's words.</summary>
internal static class StatusText
{
    public static string Of(Container container, DateTimeOffset now)
    {
        var state = container.State;
        return state.Status switch
        {
            ContainerStatus.Running => $"Up {Ago(state.StartedAt, now)}{HealthSuffix(container)}",
            ContainerStatus.Paused => $"Up {Ago(state.StartedAt, now)} (Paused)",
            ContainerStatus.Restarting => $"Restarting ({state.ExitCode}) {Ago(state.FinishedAt, now)} ago",
            ContainerStatus.Removing => "Removal In Progress",
            ContainerStatus.Dead => "Dead",
            ContainerStatus.Created => "Created",
            _ when state.FinishedAt is null => "",
            _ => $"Exited ({state.ExitCode}) {Ago(state.FinishedAt, now)} ago",
        };
    }

    /// <summary>A duration the way docker/go-units says it: <c>About a minute</c>, <c>3 hours</c>.</summary>
    public static string Human(TimeSpan duration)
    {
        var seconds = (int)duration.TotalSeconds;
        var minutes = (int)duration.TotalMinutes;
        var hours = (int)Math.Round(duration.TotalHours, MidpointRounding.AwayFromZero);
        return (seconds, minutes, hours) switch
        {
            ( < 1, _, _) => "Less than a second",
            (1, _, _) => "1 second",
            ( < 60, _, _) => $"{seconds} seconds",
            (_, 1, _) => "About a minute",
            (_, < 60, _) => $"{minutes} minutes",
            (_, _, 1) => "About an hour",
            (_, _, < 48) => $"{hours} hours",
            (_, _, < 24 * 7 * 2) => $"{hours / 24} days",
            (_, _, < 24 * 30 * 2) => $"{hours / 24 / 7} weeks",
            (_, _, < 24 * 365 * 2) => $"{hours / 24 / 30} months",
            _ => $"{(int)(duration.TotalHours / 24 / 365)} years",
        };
    }

    private static string Ago(DateTimeOffset? moment, DateTimeOffset now) => Human(now - (moment ?? now));

    private static string HealthSuffix(Container container) => container.State.Health?.Status switch
    {
        null or "none" => "",
        "starting" => " (health: starting)",
        var status => $" ({status})",
    };
}
