using Gantry.Client;
using Gantry.Compose.Output;
using Gantry.Compose.Planning;
using Gantry.Core;

namespace Gantry.Compose.Execution;

/// <summary>Single steps on single containers, each with its two words of progress.</summary>
internal sealed class ContainerWork(GantryClient client, Progress progress)
{
    /// <summary>Null takes the container's own grace period.</summary>
    public TimeSpan? Timeout { get; init; }

    public async Task StartAsync(string id, string name, CancellationToken cancellationToken)
    {
        progress.Working($"Container {name}", "Starting");
        await Guard(name, client.Containers.StartAsync(id, null, cancellationToken), cancellationToken).ConfigureAwait(false);
        progress.Done($"Container {name}", "Started");
    }

    public Task StopAsync(ObservedContainer container, CancellationToken cancellationToken) =>
        ActAsync(container, "Stopping", "Stopped", () => client.Containers.StopAsync(container.Id, Seconds, null, cancellationToken), cancellationToken);

    public Task RestartAsync(ObservedContainer container, CancellationToken cancellationToken) =>
        ActAsync(container, "Restarting", "Started", () => client.Containers.RestartAsync(container.Id, Seconds, null, cancellationToken), cancellationToken);

    public Task KillAsync(ObservedContainer container, string? signal, CancellationToken cancellationToken) =>
        ActAsync(container, "Killing", "Killed", () => client.Containers.KillAsync(container.Id, signal, cancellationToken), cancellationToken);

    public Task PauseAsync(ObservedContainer container, CancellationToken cancellationToken) =>
        ActAsync(container, "Pausing", "Paused", () => client.Containers.PauseAsync(container.Id, cancellationToken), cancellationToken);

    public Task UnpauseAsync(ObservedContainer container, CancellationToken cancellationToken) =>
        ActAsync(container, "Unpausing", "Unpaused", () => client.Containers.UnpauseAsync(container.Id, cancellationToken), cancellationToken);

    public Task RemoveAsync(ObservedContainer container, bool volumes, CancellationToken cancellationToken) =>
        ActAsync(container, "Removing", "Removed", () => client.Containers.RemoveAsync(container.Id, new ContainerRemoveOptions { Force = true, Volumes = volumes }, cancellationToken), cancellationToken);

    /// <summary>Stops what runs, then removes.</summary>
    public async Task StopAndRemoveAsync(ObservedContainer container, bool volumes, CancellationToken cancellationToken)
    {
        if (container.State is "running" or "restarting" or "paused")
        {
            await StopAsync(container, cancellationToken).ConfigureAwait(false);
        }

        await RemoveAsync(container, volumes, cancellationToken).ConfigureAwait(false);
    }

    private int? Seconds => Timeout is { } timeout ? (int)Math.Ceiling(timeout.TotalSeconds) : null;

    // Gone already, or already as asked, is as good.
    private async Task ActAsync(ObservedContainer container, string doing, string done, Func<Task> act, CancellationToken cancellationToken)
    {
        progress.Working($"Container {container.Name}", doing);
        await Guard(container.Name, act(), cancellationToken).ConfigureAwait(false);
        progress.Done($"Container {container.Name}", done);
    }

    private async Task Guard(string name, Task call, CancellationToken cancellationToken)
    {
        try
        {
            await call.ConfigureAwait(false);
        }
        catch (GantryException problem) when (problem.Kind is ErrorKind.NotModified || (problem.Kind == ErrorKind.NotFound && problem.Message.Contains("No such container", StringComparison.OrdinalIgnoreCase)))
        {
        }
        catch (GantryException) when (!cancellationToken.IsCancellationRequested)
        {
            progress.Report($"Container {name}", "Error", ProgressState.Failed);
            throw;
        }
    }
}
