using Gantry.Compose.Loading;
using Gantry.Compose.Model;

namespace Gantry.Compose.Planning;

/// <summary>What to do with each container of one service.</summary>
internal static class ContainerPlanner
{
    /// <param name="before">Plans of the services this one depends on.</param>
    /// <param name="replacedNetworks">Keys of networks that will be made anew.</param>
    /// <param name="imageChanges">The image is about to be built: whether it will be another is not known yet.</param>
    public static ServicePlan Make(
        Service service, Project project, ObservedState state, PlanOptions options,
        IReadOnlyDictionary<string, ServicePlan> before, IReadOnlySet<string> replacedNetworks, bool imageChanges)
    {
        var existing = state.Of(service.Name);
        var wanted = options.Scale.GetValueOrDefault(service.Name, service.Scale);

        // Scaling down takes what is out of date first, then the highest numbers.
        var keep = existing.OrderBy(container => Difference(container, service, project, state, replacedNetworks) is null ? 0 : 1)
            .ThenBy(container => container.Number).Take(wanted).OrderBy(container => container.Number).ToList();
        var steps = existing.Except(keep).Select(container => new ContainerStep(ContainerAction.Remove, container.Name, container.Number, container, "scaled down")).ToList();
        steps.AddRange(keep.Select(container => Existing(container, service, project, state, options, before, replacedNetworks, imageChanges)));
        var next = existing.Select(container => container.Number).DefaultIfEmpty().Max();
        for (var missing = wanted - keep.Count; missing > 0; missing--)
        {
            next++;
            steps.Add(new ContainerStep(ContainerAction.Create, Name(service, project, next), next, null, ""));
        }

        return new ServicePlan(service, steps);
    }

    public static string Name(Service service, Project project, int number) => service.ContainerName ?? $"{project.Name}-{service.Name}-{number}";

    private static ContainerStep Existing(
        ObservedContainer container, Service service, Project project, ObservedState state, PlanOptions options,
        IReadOnlyDictionary<string, ServicePlan> before, IReadOnlySet<string> replacedNetworks, bool imageChanges)
    {
        ContainerStep Step(ContainerAction action, string reason) => new(action, container.Name, container.Number, container, reason);

        var difference = options.Recreate switch
        {
            RecreatePolicy.Never => null,
            RecreatePolicy.Force when options.Services.Count == 0 || options.Services.Contains(service.Name) => "forced",
            _ => Difference(container, service, project, state, replacedNetworks),
        };
        if (difference is not null)
        {
            return Step(ContainerAction.Recreate, difference);
        }

        if (SharesNamespaceOfReplaced(service, before))
        {
            return Step(ContainerAction.Recreate, "shares a namespace with a replaced container");
        }

        if (service.DependsOn.FirstOrDefault(dependency => dependency.Restart && IsReplaced(dependency.Service, before)) is { } trigger && container.IsRunning && !options.NoStart)
        {
            return Step(ContainerAction.Restart, $"{trigger.Service} is replaced");
        }

        return container.IsRunning || options.NoStart ? Step(ContainerAction.Keep, imageChanges ? "unless the image changes" : "") : Step(ContainerAction.Start, container.State);
    }

    // Null when the container is what its service says.
    private static string? Difference(ObservedContainer container, Service service, Project project, ObservedState state, IReadOnlySet<string> replacedNetworks)
    {
        if (container.Label(Labels.ConfigHash) != service.ConfigHash)
        {
            return "configuration changed";
        }

        if (state.Images.GetValueOrDefault(service.Image) is { } image && (container.Label(Labels.Image) ?? container.Summary.ImageID) != image)
        {
            return "image changed";
        }

        foreach (var key in service.Networks.Select(network => network.Network))
        {
            var name = project.Networks[key].Name;
            var endpoint = container.Summary.NetworkSettings?.Networks?.GetValueOrDefault(name);
            var expected = state.Networks.GetValueOrDefault(name)?.Id;
            if (endpoint is null || replacedNetworks.Contains(key) || (endpoint.NetworkID is { Length: > 0 } id && expected is not null && id != expected))
            {
                return "network changed";
            }
        }

        foreach (var volume in ModelReader.VolumeKeys(service).Select(key => project.Volumes[key].Name))
        {
            if (!container.Summary.Mounts.Any(mount => mount.Type == "volume" && mount.Name == volume))
            {
                return "volume changed";
            }
        }

        return null;
    }

    private static bool IsReplaced(string service, IReadOnlyDictionary<string, ServicePlan> before) =>
        before.GetValueOrDefault(service)?.Steps.Any(step => step.Action == ContainerAction.Recreate) == true;

    private static bool SharesNamespaceOfReplaced(Service service, IReadOnlyDictionary<string, ServicePlan> before) =>
        ((string?[])[service.NetworkMode, service.Definition["ipc"].Text, service.Definition["pid"].Text])
            .Any(mode => mode?.StartsWith("service:", StringComparison.Ordinal) == true && IsReplaced(mode["service:".Length..], before));
}
