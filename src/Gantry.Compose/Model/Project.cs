using Gantry.Compose.Loading;

namespace Gantry.Compose.Model;

/// <summary>A project as it should be: immutable, complete, every name resolved.</summary>
internal sealed record Project
{
    public required string Name { get; init; }

    /// <summary>Absolute; labels and builds refer to it.</summary>
    public required string Directory { get; init; }

    public required IReadOnlyList<string> ConfigFiles { get; init; }

    public required IReadOnlyList<string> EnvFiles { get; init; }

    /// <summary>Enabled services by name, sorted.</summary>
    public required IReadOnlyDictionary<string, Service> Services { get; init; }

    /// <summary>Services whose profiles are not enabled; their containers are no orphans.</summary>
    public required IReadOnlySet<string> DisabledServices { get; init; }

    /// <summary>Networks that an enabled service uses, by key.</summary>
    public required IReadOnlyDictionary<string, NetworkDefinition> Networks { get; init; }

    public required IReadOnlyDictionary<string, VolumeDefinition> Volumes { get; init; }

    public required IReadOnlyDictionary<string, FileResource> Secrets { get; init; }

    public required IReadOnlyDictionary<string, FileResource> Configs { get; init; }

    /// <summary>The document, for <c>config</c>.</summary>
    public required MapNode Document { get; init; }

    /// <exception cref="Core.GantryException">In Compose's words.</exception>
    public Service GetService(string name) =>
        Services.GetValueOrDefault(name) ?? throw Core.GantryException.NotFound($"no such service: {name}");
}
