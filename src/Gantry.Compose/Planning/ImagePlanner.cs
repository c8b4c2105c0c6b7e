using Gantry.Compose.Model;

namespace Gantry.Compose.Planning;

/// <summary>Which images must be pulled or built before containers can be made.</summary>
internal static class ImagePlanner
{
    public static IReadOnlyList<ImageStep> Make(IReadOnlyList<Service> services, ObservedState state, PlanOptions options)
    {
        var steps = new List<ImageStep>();
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var service in services.Where(service => service.Definition["provider"] is null))
        {
            if (Step(service, state, options) is { } step && done.Add($"{step.Action} {service.Image}"))
            {
                steps.Add(step);
            }
        }

        return steps;
    }

    private static ImageStep? Step(Service service, ObservedState state, PlanOptions options)
    {
        var present = state.Images.ContainsKey(service.Image);
        if (service.Build is not null && !options.NoBuild && (options.Build || service.PullPolicy == "build"))
        {
            return new ImageStep(service, ImageAction.Build, "build asked for");
        }

        var policy = options.Pull is null or "policy" ? service.PullPolicy ?? (service.Build is null ? "missing" : "build-missing") : options.Pull;
        return policy switch
        {
            "never" => null,
            "always" when service.Build is null || service.Definition["image"] is not null => new ImageStep(service, ImageAction.Pull, "pull policy", Optional: present || service.Build is not null),
            "daily" or "weekly" or not null when policy.StartsWith("every_", StringComparison.Ordinal) || policy is "daily" or "weekly" => present ? null : Missing(service, options),
            _ => present ? null : Missing(service, options),
        };
    }

    private static ImageStep? Missing(Service service, PlanOptions options) =>
        service.Build is null ? new ImageStep(service, ImageAction.Pull, "missing")
        : options.NoBuild ? null
        : new ImageStep(service, ImageAction.Build, "missing");
}
