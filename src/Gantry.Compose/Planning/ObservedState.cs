using System.Globalization;
using Gantry.Api.Containers;
using Gantry.Api.Networks;
using Gantry.Api.Volumes;

namespace Gantry.Compose.Planning;

/// <summary>A container of the project as the daemon lists it.</summary>
internal sealed record ObservedContainer(ContainerSummary Summary)
{
    public string Id => Summary.Id;

    public string ShortId => Summary.Id.Length > 12 ? Summary.Id[..12] : Summary.Id;

    public string Name => Summary.Names.Select(name => name.TrimStart('/')).FirstOrDefault(name => !name.Contains('/')) ?? ShortId;

    public string Service => Label(Labels.Service) ?? "";

    public int Number => int.TryParse(Label(Labels.ContainerNumber), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>Made by <c>run</c>.</summary>
    public bool IsOneOff => string.Equals(Label(Labels.OneOff), "true", StringComparison.OrdinalIgnoreCase);

    public bool IsRunning => Summary.State is "running" or "restarting";

    public string State => Summary.State;

    /// <summary><c>healthy</c>, <c>unhealthy</c>, <c>starting</c>, or empty without a health check.</summary>
    public string Health => Summary.Status switch
    {
        var status when status.Contains("(healthy)", StringComparison.Ordinal) => "healthy",
        var status when status.Contains("(unhealthy)", StringComparison.Ordinal) => "unhealthy",
        var status when status.Contains("(health: starting)", StringComparison.Ordinal) => "starting",
        _ => "",
    };

    public string? Label(string name) => Summary.Labels?.GetValueOrDefault(name);
}

/// <summary>What the daemon has of a project, and what the project refers to.</summary>
internal sealed record ObservedState
{
    /// <summary>All containers that carry the project's label, one-off ones too.</summary>
    public IReadOnlyList<ObservedContainer> Containers { get; init; } = [];

    /// <summary>All networks by name.</summary>
    public IReadOnlyDictionary<string, NetworkInspectResponse> Networks { get; init; } = new Dictionary<string, NetworkInspectResponse>();

    /// <summary>All volumes by name.</summary>
    public IReadOnlyDictionary<string, VolumeResponse> Volumes { get; init; } = new Dictionary<string, VolumeResponse>();

    /// <summary>IDs of the images the project names, by the name it uses.</summary>
    public IReadOnlyDictionary<string, string> Images { get; init; } = new Dictionary<string, string>();

    /// <summary>A service's regular containers, oldest number first.</summary>
    public IReadOnlyList<ObservedContainer> Of(string service) =>
        [.. Containers.Where(container => container.Service == service && !container.IsOneOff).OrderBy(container => container.Number)];
}
