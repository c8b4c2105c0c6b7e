using System.Globalization;
using Gantry.Core;

namespace Gantry.Engine.Containers;

/// <summary>What <c>docker ps</c> asks.</summary>
public sealed record ContainerListQuery
{
    /// <summary>Also those that do not run.</summary>
    public bool All { get; init; }

    /// <summary>The newest so many, running or not; zero means no bound.</summary>
    public int Limit { get; init; }

    public ObjectFilters Filters { get; init; } = ObjectFilters.None;
}

public sealed partial class ContainerService
{
    private static readonly string[] HealthStates = ["none", "starting", "healthy", "unhealthy"];
    private static readonly string[] Statuses = ["created", "running", "paused", "restarting", "removing", "exited", "dead"];

    /// <summary>Containers, newest first. Filters: ancestor, before, exited, expose, health, id, label, name, network, publish, since, status, volume, is-task.</summary>
    public IReadOnlyList<Container> List(ContainerListQuery query)
    {
        var filters = query.Filters;
        filters.Allow("ancestor", "before", "exited", "expose", "health", "id", "isolation", "is-task", "label", "name", "network", "publish", "since", "status", "volume");
        if (filters["status"].FirstOrDefault(status => !Statuses.Contains(status)) is { } unknown)
        {
            throw GantryException.Invalid($"invalid filter 'status={unknown}': invalid value for state ({unknown}): must be one of {string.Join(", ", Statuses)}");
        }

        if (filters["exited"].FirstOrDefault(code => !int.TryParse(code, out _)) is { } code)
        {
            throw GantryException.Invalid($"invalid filter 'exited={code}': strconv.Atoi: parsing \"{code}\": invalid syntax");
        }

        if (filters["health"].FirstOrDefault(health => !HealthStates.Contains(health)) is { } state)
        {
            throw GantryException.Invalid($"invalid filter 'health={state}': invalid value for health ({state}): must be one of {string.Join(", ", HealthStates)}");
        }

        var task = filters.Flag("is-task");

        var all = query.All || query.Limit > 0 || filters.Has("status") || filters.Has("exited") || filters.Has("before") || filters.Has("since");
        var before = filters["before"] is [var earlier, ..] ? Get(earlier).Created : (DateTimeOffset?)null;
        var since = filters["since"] is [var later, ..] ? Get(later).Created : (DateTimeOffset?)null;
        var ancestors = Ancestors(filters);
        List<Container> found = [];
        foreach (var entry in containers.All)
        {
            var container = entry.Container;
            if (task is not true && (all || container.IsRunning || container.State.Status == ContainerStatus.Restarting)
                && (before is null || container.Created < before)
                && (since is null || container.Created > since)
                && (ancestors is null || ancestors(container))
                && (filters.IsEmpty || Passes(container, filters)))
            {
                found.Add(container);
                if (query.Limit > 0 && found.Count == query.Limit)
                {
                    break;
                }
            }
        }

        return found;
    }

    private static bool Passes(Container container, ObjectFilters filters) =>
        filters.Match("id", id => container.Id.ToString().StartsWith(id, StringComparison.Ordinal))
        && filters.Match("name", name => NameMatches(container.Name, name))
        && filters.MatchLabels(container.Settings.Labels)
        && filters.Match("status", status => container.State.Status.ToString().Equals(status, StringComparison.OrdinalIgnoreCase))
        && filters.Match("exited", code => container.State.Status == ContainerStatus.Exited && container.State.ExitCode == int.Parse(code, CultureInfo.InvariantCulture))
        && filters.Match("health", health => (container.State.Health?.Status ?? "none") == health)
        && filters.Match("network", network => container.Networks.Any(pair => pair.Key == network || pair.Value.NetworkId.StartsWith(network, StringComparison.Ordinal)))
        && filters.Match("volume", volume => container.Mounts.Any(mount => mount.Name == volume || mount.Destination == volume || mount.Source == volume))
        && filters.Match("expose", port => PortMatches(port, container.Settings.ExposedPorts))
        && filters.Match("publish", port => PortMatches(port, container.Settings.Host.PortBindings.Keys));

    // A name filter is a regular expression to Docker, matched with and without the slash.
    private static bool NameMatches(string name, string pattern)
    {
        try
        {
            return System.Text.RegularExpressions.Regex.IsMatch("/" + name, pattern) || System.Text.RegularExpressions.Regex.IsMatch(name, pattern);
        }
        catch (ArgumentException)
        {
            throw GantryException.Invalid($"invalid filter 'name={pattern}'");
        }
    }

    private static bool PortMatches(string wanted, IEnumerable<string> ports)
    {
        var slash = wanted.IndexOf('/');
        var protocol = slash < 0 ? "tcp" : wanted[(slash + 1)..];
        var (first, last) = ContainerPort.ParseRange(slash < 0 ? wanted : wanted[..slash]);
        return ports.Select(ContainerPort.TryParse).OfType<ContainerPort>().Any(port => port.Number >= first && port.Number <= last && port.ToString().EndsWith(protocol, StringComparison.Ordinal));
    }

    // A container descends from an image when its layers begin with that image's.
    private Func<Container, bool>? Ancestors(ObjectFilters filters)
    {
        if (filters["ancestor"] is not { Count: > 0 } names)
        {
            return null;
        }

        var ancestors = names.Select(name => images.Find(name)).OfType<Gantry.Images.Image>().ToArray();
        return container => ancestors.Any(ancestor =>
            container.ImageId == ancestor.Id
            || (images.Find(container.ImageId.ToString()) is { } image && image.DiffIds.Count >= ancestor.DiffIds.Count && image.DiffIds.Take(ancestor.DiffIds.Count).SequenceEqual(ancestor.DiffIds)));
    }
}
