using Gantry.Compose.Model;

namespace Gantry.Compose.Planning;

internal enum ImageAction
{
    Pull,
    Build,
}

internal enum ContainerAction
{
    /// <summary>It is as it should be.</summary>
    Keep,
    Create,

    /// <summary>A new container takes the old one's name and anonymous volumes.</summary>
    Recreate,
    Start,

    /// <summary>A dependency with <c>restart: true</c> is replaced.</summary>
    Restart,
    Remove,
}

/// <param name="Optional">The image is there; failing to refresh it is no failure.</param>
internal sealed record ImageStep(Service Service, ImageAction Action, string Reason, bool Optional = false);

/// <param name="Replace">An older network of that name, made from another definition, goes first.</param>
internal sealed record NetworkStep(NetworkDefinition Network, bool Replace);

internal sealed record VolumeStep(VolumeDefinition Volume);

internal sealed record ContainerStep(ContainerAction Action, string Name, int Number, ObservedContainer? Existing, string Reason);

internal sealed record ServicePlan(Service Service, IReadOnlyList<ContainerStep> Steps)
{
    public bool IsUnchanged => Steps.All(step => step.Action == ContainerAction.Keep);
}

/// <summary>What must be done to make the daemon's state the project's. Computed, then printed or executed.</summary>
internal sealed record Plan
{
    public IReadOnlyList<ImageStep> Images { get; init; } = [];

    public IReadOnlyList<NetworkStep> Networks { get; init; } = [];

    public IReadOnlyList<VolumeStep> Volumes { get; init; } = [];

    /// <summary>Containers of services that are no longer in the project, to be removed.</summary>
    public IReadOnlyList<ObservedContainer> Orphans { get; init; } = [];

    /// <summary>Dependencies before dependents.</summary>
    public IReadOnlyList<ServicePlan> Services { get; init; } = [];

    public IReadOnlyList<string> Warnings { get; init; } = [];
}
