using Gantry.Compose.Execution;
using Gantry.Compose.Model;
using Gantry.Compose.Planning;
using Gantry.Core;

namespace Gantry.Compose.Commands;

/// <summary>start, stop, restart, kill, pause, unpause: one verb on the containers of some services.</summary>
internal static class LifecycleCommands
{
    public const string StartFlags = "wait wait-timeout=";
    public const string StopFlags = "timeout,t=";
    public const string RestartFlags = "timeout,t= no-deps";
    public const string KillFlags = "signal,s= remove-orphans";

    public static async Task<int> StartAsync(ComposeContext context, Arguments arguments, CancellationToken cancellationToken)
    {
        var (project, containers) = await context.ContainersAsync(arguments.Positionals, oneOff: false, cancellationToken).ConfigureAwait(false);
        foreach (var service in arguments.Positionals.Where(service => !containers.Any(container => container.Service == service)))
        {
            throw GantryException.NotFound($"service \"{service}\" has no container to start");
        }

        await using var progress = context.CreateProgress("Running");
        var (work, wait) = (new ContainerWork(context.Client, progress), new DependencyWait(context.Client, progress));
        var stopped = containers.Where(container => container.State is not ("running" or "paused" or "restarting")).ToList();
        await InOrderAsync(project, stopped, reverse: false, async (service, container, token) =>
        {
            foreach (var dependency in service?.DependsOn ?? [])
            {
                await wait.ForAsync(dependency, [.. containers.Where(other => other.Service == dependency.Service).Select(other => (other.Id, other.Name))], token).ConfigureAwait(false);
            }

            await work.StartAsync(container.Id, container.Name, token).ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);
        if (arguments.Has("wait"))
        {
            await Task.WhenAll(containers.Select(container => wait.HealthyAsync(container.Id, container.Name, mayLackCheck: true, cancellationToken))).ConfigureAwait(false);
        }

        return 0;
    }

    public static async Task<int> StopAsync(ComposeContext context, Arguments arguments, CancellationToken cancellationToken)
    {
        var (project, containers) = await context.ContainersAsync(arguments.Positionals, oneOff: false, cancellationToken).ConfigureAwait(false);
        await using var progress = context.CreateProgress("Stopping");
        var work = new ContainerWork(context.Client, progress) { Timeout = arguments.Seconds("timeout") };
        var hooks = new Hooks(context.Client);
        await InOrderAsync(project, [.. containers.Where(container => container.State is "running" or "restarting" or "paused")], reverse: true, async (service, container, token) =>
        {
            if (service is not null && container.State == "running")
            {
                await hooks.BeforeStopAsync(service, container.Id, token).ConfigureAwait(false);
            }

            await work.StopAsync(container, token).ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);
        return 0;
    }

    public static async Task<int> RestartAsync(ComposeContext context, Arguments arguments, CancellationToken cancellationToken)
    {
        var (project, containers) = await context.ContainersAsync([], oneOff: false, cancellationToken).ConfigureAwait(false);
        var named = arguments.Positionals.Select(name => containers.Any(container => container.Service == name) ? name : throw GantryException.NotFound($"no such service: {name}")).ToHashSet(StringComparer.Ordinal);
        if (named.Count > 0 && !arguments.Has("no-deps"))
        {
            // Those that asked to be restarted with what they depend on.
            named.UnionWith(project?.Services.Values.Where(service => service.DependsOn.Any(dependency => dependency.Restart && named.Contains(dependency.Service))).Select(service => service.Name).ToList() ?? []);
        }

        await using var progress = context.CreateProgress("Restarting");
        var work = new ContainerWork(context.Client, progress) { Timeout = arguments.Seconds("timeout") };
        await InOrderAsync(project, [.. containers.Where(container => named.Count == 0 || named.Contains(container.Service))], reverse: false, (_, container, token) => work.RestartAsync(container, token), cancellationToken).ConfigureAwait(false);
        return 0;
    }

    public static Task<int> KillAsync(ComposeContext context, Arguments arguments, CancellationToken cancellationToken) =>
        EachAsync(context, arguments, "Killing", container => container.State is "running" or "paused" or "restarting", (work, container) => work.KillAsync(container, arguments.Value("signal") ?? "SIGKILL", cancellationToken), cancellationToken);

    public static Task<int> PauseAsync(ComposeContext context, Arguments arguments, CancellationToken cancellationToken) =>
        EachAsync(context, arguments, "Pausing", container => container.State == "running", (work, container) => work.PauseAsync(container, cancellationToken), cancellationToken);

    public static Task<int> UnpauseAsync(ComposeContext context, Arguments arguments, CancellationToken cancellationToken) =>
        EachAsync(context, arguments, "Unpausing", container => container.State == "paused", (work, container) => work.UnpauseAsync(container, cancellationToken), cancellationToken);

    /// <summary>Containers in dependency order where the project is known, all at once where it is not.</summary>
    public static Task InOrderAsync(
        Project? project, IReadOnlyList<ObservedContainer> containers, bool reverse, Func<Service?, ObservedContainer, CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        var services = project is null ? [] : ServiceGraph.Select(project, [], withDependencies: true);
        var known = services.Select(service => service.Name).ToHashSet(StringComparer.Ordinal);
        return Task.WhenAll(
            ServiceGraph.WalkAsync(services, reverse, (service, token) => Task.WhenAll(containers.Where(container => container.Service == service.Name).Select(container => act(service, container, token))), cancellationToken),
            Task.WhenAll(containers.Where(container => !known.Contains(container.Service)).Select(container => act(null, container, cancellationToken))));
    }

    private static async Task<int> EachAsync(
        ComposeContext context, Arguments arguments, string title, Func<ObservedContainer, bool> applies, Func<ContainerWork, ObservedContainer, Task> act, CancellationToken cancellationToken)
    {
        var (_, containers) = await context.ContainersAsync(arguments.Positionals, oneOff: false, cancellationToken).ConfigureAwait(false);
        await using var progress = context.CreateProgress(title);
        var work = new ContainerWork(context.Client, progress);
        await Task.WhenAll(containers.Where(applies).Select(container => act(work, container))).ConfigureAwait(false);
        return 0;
    }
}
