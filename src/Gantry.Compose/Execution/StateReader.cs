using Gantry.Client;
using Gantry.Compose.Model;
using Gantry.Compose.Planning;
using Gantry.Core;

namespace Gantry.Compose.Execution;

/// <summary>Asks the daemon what there is: one list call for each kind of object, all at once.</summary>
internal static class StateReader
{
    public static async Task<ObservedState> ReadAsync(GantryClient client, Project project, IReadOnlyList<Service> services, CancellationToken cancellationToken)
    {
        var containers = ContainersAsync(client, project.Name, cancellationToken);
        var networks = client.Networks.ListAsync(null, cancellationToken);
        var volumes = project.Volumes.Count > 0 ? client.Volumes.ListAsync(null, cancellationToken) : null;
        var images = ImagesAsync(client, [.. services.Select(service => service.Image)], cancellationToken);
        await Task.WhenAll(containers, networks, images, volumes ?? Task.CompletedTask).ConfigureAwait(false);
        return new ObservedState
        {
            Containers = await containers.ConfigureAwait(false),
            Networks = (await networks.ConfigureAwait(false)).GroupBy(network => network.Name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal),
            Volumes = volumes is null ? new Dictionary<string, Api.Volumes.VolumeResponse>() : ((await volumes.ConfigureAwait(false)).Volumes ?? []).ToDictionary(volume => volume.Name, StringComparer.Ordinal),
            Images = await images.ConfigureAwait(false),
        };
    }

    /// <summary>All containers of a project, one-off ones and stopped ones too.</summary>
    public static async Task<IReadOnlyList<ObservedContainer>> ContainersAsync(GantryClient client, string project, CancellationToken cancellationToken)
    {
        var list = await client.Containers.ListAsync(
            new ContainerListOptions { All = true, Filters = new Filters().Add("label", $"{Labels.Project}={project}") }, cancellationToken).ConfigureAwait(false);
        return [.. list.Select(summary => new ObservedContainer(summary)).OrderBy(container => container.Service, StringComparer.Ordinal).ThenBy(container => container.Number)];
    }

    /// <summary>IDs of the named images that are there, by the names as given.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> ImagesAsync(GantryClient client, IReadOnlyCollection<string> names, CancellationToken cancellationToken)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        var wanted = names.Distinct().Select(name => (Name: name, Reference: ImageReference.TryParse(name, null, out var reference) ? reference.WithDefaultTag() : null)).ToList();
        var filters = new Filters();
        foreach (var (_, reference) in wanted.Where(image => image.Reference is { Digest: null }))
        {
            filters.Add("reference", reference!.Familiar);
        }

        if (!filters.IsEmpty)
        {
            var byTag = (await client.Images.ListAsync(new ImageListOptions { Filters = filters }, cancellationToken).ConfigureAwait(false))
                .SelectMany(image => (image.RepoTags ?? []).Select(tag => (tag, image.Id))).GroupBy(pair => pair.tag).ToDictionary(group => group.Key, group => group.First().Id, StringComparer.Ordinal);
            foreach (var (name, reference) in wanted)
            {
                if (reference is { Digest: null } && byTag.GetValueOrDefault(reference.Familiar) is { } id)
                {
                    result[name] = id;
                }
            }
        }

        // Digests, and IDs in place of names, are not found by reference.
        foreach (var (name, _) in wanted.Where(image => image.Reference is not { Digest: null }))
        {
            try
            {
                result[name] = (await client.Images.InspectAsync(name, cancellationToken).ConfigureAwait(false)).Id;
            }
            catch (GantryException problem) when (problem.Kind is ErrorKind.NotFound or ErrorKind.InvalidArgument)
            {
            }
        }

        return result;
    }
}
