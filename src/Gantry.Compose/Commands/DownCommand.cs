using Gantry.Client;
using Gantry.Compose.Execution;
using Gantry.Compose.Model;
using Gantry.Compose.Output;
using Gantry.Compose.Planning;
using Gantry.Core;

namespace Gantry.Compose.Commands;

/// <summary><c>down</c>: the project's containers, networks, and on request volumes and images go.</summary>
internal static class DownCommand
{
    public const string Flags = "volumes,v rmi= remove-orphans timeout,t=";

    public static async Task<int> RunAsync(ComposeContext context, Arguments arguments, CancellationToken cancellationToken)
    {
        var images = arguments.Value("rmi") is null or "local" or "all" ? arguments.Value("rmi") : throw new UsageException($"invalid value for --rmi: \"{arguments.Value("rmi")}\"");
        var (name, project) = context.FindProject();
        var client = context.Client;
        var label = new Filters().Add("label", $"{Labels.Project}={name}");
        var listed = StateReader.ContainersAsync(client, name, cancellationToken);
        var networks = client.Networks.ListAsync(label, cancellationToken);
        var volumes = arguments.Has("volumes") ? client.Volumes.ListAsync(label, cancellationToken) : null;
        await Task.WhenAll(listed, networks, volumes ?? Task.CompletedTask).ConfigureAwait(false);

        var named = arguments.Positionals;
        var containers = (await listed.ConfigureAwait(false)).Where(container => named.Count > 0 ? named.Contains(container.Service) : Belongs(container, project, arguments.Has("remove-orphans"))).ToList();
        await using var progress = context.CreateProgress("Running");
        var work = new ContainerWork(client, progress) { Timeout = arguments.Seconds("timeout") };
        await LifecycleCommands.InOrderAsync(project, containers, reverse: true, (_, container, token) => work.StopAndRemoveAsync(container, arguments.Has("volumes"), token), cancellationToken).ConfigureAwait(false);
        if (named.Count > 0)
        {
            return 0;
        }

        await Task.WhenAll(
            Task.WhenAll((await networks.ConfigureAwait(false)).Select(network => RemoveAsync(progress, $"Network {network.Name}", () => client.Networks.RemoveAsync(network.Id, cancellationToken)))),
            Task.WhenAll((volumes is null ? null : (await volumes.ConfigureAwait(false)).Volumes)?.Select(volume => RemoveAsync(progress, $"Volume {volume.Name}", () => client.Volumes.RemoveAsync(volume.Name, force: true, cancellationToken))) ?? []),
            Task.WhenAll(Images(project, containers, images).Select(image => RemoveAsync(progress, $"Image {image}", () => client.Images.RemoveAsync(image, force: false, prune: true, cancellationToken))))).ConfigureAwait(false);
        if (containers.Count == 0 && (await networks.ConfigureAwait(false)).Count == 0 && volumes is null)
        {
            context.Warn($"No resource found to remove for project \"{name}\".");
        }

        return 0;
    }

    private static bool Belongs(ObservedContainer container, Project? project, bool orphans) =>
        project is null || orphans || container.IsOneOff || project.Services.ContainsKey(container.Service) || project.DisabledServices.Contains(container.Service);

    private static IEnumerable<string> Images(Project? project, IEnumerable<ObservedContainer> containers, string? which) => which switch
    {
        null => [],
        "all" => (project?.Services.Values.Select(service => service.Image) ?? containers.Select(container => container.Summary.Image)).Distinct(),
        _ => project?.Services.Values.Where(service => service.Build is not null && service.Definition["image"] is null).Select(service => service.Image).Distinct() ?? [],
    };

    private static async Task RemoveAsync(Progress progress, string subject, Func<Task> remove)
    {
        progress.Working(subject, "Removing");
        try
        {
            await remove().ConfigureAwait(false);
            progress.Done(subject, "Removed");
        }
        catch (GantryException problem) when (problem.Kind == ErrorKind.NotFound)
        {
            progress.Report(subject, "Warning: no resource found to remove", ProgressState.Warning);
        }
        catch (GantryException problem) when (problem.Kind is ErrorKind.Conflict or ErrorKind.Forbidden)
        {
            // Someone else uses it still: the rest goes on.
            progress.Report(subject, "Resource is still in use", ProgressState.Warning);
        }
    }
}
