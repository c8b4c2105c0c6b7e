using Gantry.Compose.Loading;

namespace Gantry.Compose.Model;

/// <summary>When a dependency counts as there.</summary>
internal enum DependencyCondition
{
    Started,
    Healthy,
    Completed,
}

/// <param name="Required">A failed dependency stops this service.</param>
/// <param name="Restart">This service is restarted when the dependency is replaced.</param>
internal sealed record Dependency(string Service, DependencyCondition Condition, bool Required, bool Restart);

/// <summary>One service: what decisions need as members, the rest in <see cref="Definition"/>.</summary>
internal sealed record Service
{
    public required string Name { get; init; }

    /// <summary>The image its containers run: as written, or <c>project-service</c> for one that is built.</summary>
    public required string Image { get; init; }

    public BuildDefinition? Build { get; init; }

    public string? ContainerName { get; init; }

    public required int Scale { get; init; }

    /// <summary><c>always</c>, <c>never</c>, <c>missing</c>, <c>build</c>, <c>daily</c>, <c>weekly</c>, <c>every_...</c>; null when not said.</summary>
    public string? PullPolicy { get; init; }

    public string? Platform { get; init; }

    public required IReadOnlyList<Dependency> DependsOn { get; init; }

    /// <summary>Empty with a network mode.</summary>
    public required IReadOnlyList<NetworkAttachment> Networks { get; init; }

    public string? NetworkMode { get; init; }

    public required IReadOnlyList<string> Profiles { get; init; }

    /// <summary>Null takes the container's own, ten seconds unless set.</summary>
    public TimeSpan? StopGracePeriod { get; init; }

    /// <summary>Whether <c>up</c> shows its logs.</summary>
    public bool Attach { get; init; } = true;

    /// <summary>Digest over the resolved definition; equal hashes need no new container.</summary>
    public required string ConfigHash { get; init; }

    /// <summary>The service in canonical form. Not to be changed.</summary>
    public required MapNode Definition { get; init; }
}

/// <summary>A service's place in one network.</summary>
internal sealed record NetworkAttachment(string Network)
{
    public IReadOnlyList<string> Aliases { get; init; } = [];

    public string? IPv4Address { get; init; }

    public string? IPv6Address { get; init; }

    public IReadOnlyList<string> LinkLocalAddresses { get; init; } = [];

    public string? MacAddress { get; init; }

    public IReadOnlyDictionary<string, string>? DriverOptions { get; init; }

    /// <summary>The highest is connected first.</summary>
    public int Priority { get; init; }

    public int GatewayPriority { get; init; }
}
