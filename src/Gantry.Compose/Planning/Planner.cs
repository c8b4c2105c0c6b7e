using Gantry.Compose.Model;
using Gantry.Core;

namespace Gantry.Compose.Planning;

/// <summary>Computes a <see cref="Plan"/>: a pure function of project, observed state and options.</summary>
internal static class Planner
{
    /// <exception cref="GantryException">The project refers to something external that is not there.</exception>
    public static Plan Make(Project project, ObservedState state, PlanOptions options)
    {
        var services = ServiceGraph.Select(project, options.Services, !options.WithoutDependencies);
        var networks = Networks(services, project, state);
        var replaced = networks.Where(step => step.Replace).Select(step => step.Network.Key).ToHashSet(StringComparer.Ordinal);
        var images = ImagePlanner.Make(services, state, options);
        var changing = images.Where(step => step.Action == ImageAction.Build).Select(step => step.Service.Name).ToHashSet(StringComparer.Ordinal);
        var plans = new Dictionary<string, ServicePlan>(StringComparer.Ordinal);
        foreach (var service in services)
        {
            plans[service.Name] = ContainerPlanner.Make(service, project, state, options, plans, replaced, changing.Contains(service.Name));
        }

        var orphans = state.Containers.Where(container => !container.IsOneOff && container.Service.Length > 0
            && !project.Services.ContainsKey(container.Service) && !project.DisabledServices.Contains(container.Service)).ToList();
        return new Plan
        {
            Images = images,
            Networks = networks,
            Volumes = Volumes(services, project, state, out var warnings),
            Orphans = options.RemoveOrphans ? orphans : [],
            Services = [.. plans.Values],
            Warnings = options.RemoveOrphans || options.IgnoreOrphans || orphans.Count == 0 ? warnings :
            [
                .. warnings,
                $"Found orphan containers ([{string.Join(" ", orphans.Select(container => container.Name).Order(StringComparer.Ordinal))}]) for this project. If you removed or renamed this service in your compose file, you can run this command with the --remove-orphans flag to clean it up.",
            ],
        };
    }

    private static List<NetworkStep> Networks(IReadOnlyList<Service> services, Project project, ObservedState state)
    {
        var steps = new List<NetworkStep>();
        foreach (var key in services.SelectMany(service => service.Networks).Select(network => network.Network).Distinct().Order(StringComparer.Ordinal))
        {
            var network = project.Networks[key];
            var existing = state.Networks.GetValueOrDefault(network.Name);
            if (network.External)
            {
                _ = existing ?? throw GantryException.NotFound($"network {network.Name} declared as external, but could not be found");
            }
            else if (existing is null)
            {
                steps.Add(new NetworkStep(network, Replace: false));
            }
            else if (existing.Labels?.GetValueOrDefault(Labels.Network) is { } owner && owner != network.Key)
            {
                throw GantryException.Conflict($"network {network.Name} was found but has incorrect label {Labels.Network} set to \"{owner}\" (expected: \"{network.Key}\")");
            }
            else if (existing.Labels?.GetValueOrDefault(Labels.ConfigHash) is { } hash && hash != network.ConfigHash)
            {
                steps.Add(new NetworkStep(network, Replace: true));
            }
        }

        return steps;
    }

    private static List<VolumeStep> Volumes(IReadOnlyList<Service> services, Project project, ObservedState state, out List<string> warnings)
    {
        var steps = new List<VolumeStep>();
        warnings = [];
        foreach (var key in services.SelectMany(ModelReader.VolumeKeys).Distinct().Order(StringComparer.Ordinal))
        {
            var volume = project.Volumes[key];
            var existing = state.Volumes.GetValueOrDefault(volume.Name);
            if (volume.External)
            {
                _ = existing ?? throw GantryException.NotFound($"external volume \"{volume.Name}\" not found");
            }
            else if (existing is null)
            {
                steps.Add(new VolumeStep(volume));
            }
            else if (existing.Labels?.GetValueOrDefault(Labels.Project) is var owner && owner != project.Name)
            {
                warnings.Add(owner is null
                    ? $"volume \"{volume.Name}\" already exists but was not created by Docker Compose. Use `external: true` to use an existing volume"
                    : $"volume \"{volume.Name}\" already exists but was created for project \"{owner}\" (expected \"{project.Name}\"). Use `external: true` to use an existing volume");
            }
            else if (existing.Labels?.GetValueOrDefault(Labels.ConfigHash) is { } hash && hash != volume.ConfigHash)
            {
                warnings.Add($"Volume \"{volume.Name}\" exists but doesn't match configuration in compose file. It is kept: remove it yourself to have it made anew, its data will be lost");
            }
        }

        return steps;
    }
}
