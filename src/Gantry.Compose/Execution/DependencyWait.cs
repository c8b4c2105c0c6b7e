using Gantry.Client;
using Gantry.Compose.Model;
using Gantry.Compose.Output;
using Gantry.Core;

namespace Gantry.Compose.Execution;

/// <summary>Waits until containers are started, healthy or done.</summary>
internal sealed class DependencyWait(GantryClient client, Progress progress)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(500);

    /// <exception cref="GantryException">A required dependency failed.</exception>
    public async Task ForAsync(Dependency dependency, IReadOnlyList<(string Id, string Name)> containers, CancellationToken cancellationToken)
    {
        if (dependency.Condition == DependencyCondition.Started)
        {
            return;
        }

        try
        {
            await Task.WhenAll(containers.Select(container => dependency.Condition == DependencyCondition.Healthy
                ? HealthyAsync(container.Id, container.Name, mayLackCheck: false, cancellationToken)
                : CompletedAsync(container.Id, container.Name, dependency.Service, cancellationToken))).ConfigureAwait(false);
        }
        catch (GantryException problem) when (!dependency.Required)
        {
            progress.Report($"Container {dependency.Service}", $"Skipped: optional dependency failed: {problem.Message}", ProgressState.Warning);
        }
    }

    /// <param name="mayLackCheck">Running is enough where there is no health check.</param>
    public async Task HealthyAsync(string id, string name, bool mayLackCheck, CancellationToken cancellationToken)
    {
        progress.Working($"Container {name}", "Waiting");
        for (var pause = Shortest; ; pause = Min(pause * 1.5, Longest))
        {
            var state = (await client.Containers.InspectAsync(id, cancellationToken).ConfigureAwait(false)).State;
            switch (state)
            {
                case { Health: null or { Status: "none" or "" }, Running: true } when mayLackCheck:
                case { Health.Status: "healthy", Running: true }:
                    progress.Done($"Container {name}", mayLackCheck && state.Health is null ? "Running" : "Healthy");
                    return;
                case { Health: null or { Status: "none" or "" }, Running: true }:
                    throw Failed(name, $"container {name} has no healthcheck configured");
                case { Health.Status: "unhealthy" }:
                    throw Failed(name, $"container {name} is unhealthy");
                case { Running: false, Restarting: false, Status: "exited" or "dead" }:
                    throw Failed(name, $"container {name} exited ({state.ExitCode})");
            }

            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task CompletedAsync(string id, string name, string service, CancellationToken cancellationToken)
    {
        progress.Working($"Container {name}", "Waiting");
        var answer = await client.Containers.WaitAsync(id, "not-running", cancellationToken).ConfigureAwait(false);
        if (answer.StatusCode != 0)
        {
            throw Failed(name, $"service \"{service}\" didn't complete successfully: exit {answer.StatusCode}");
        }

        progress.Done($"Container {name}", "Exited");
    }

    private GantryException Failed(string name, string problem)
    {
        progress.Report($"Container {name}", "Error", ProgressState.Failed);
        return new GantryException(ErrorKind.Conflict, problem);
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
