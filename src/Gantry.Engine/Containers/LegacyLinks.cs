using System.Globalization;
using Gantry.Core;

namespace Gantry.Engine.Containers;

/// <summary>
/// <c>--link</c> on the default bridge, where no name server answers: lines in /etc/hosts and variables, made when the container
/// starts. On other networks links are names of the name server.
/// </summary>
internal static class LegacyLinks
{
    /// <summary>Only the image's own: what a linked container does not tell.</summary>
    private static readonly string[] Untold = ["HOME", "PATH"];

    /// <exception cref="GantryException">InvalidArgument, <c>could not get container for x: No such container: x</c>.</exception>
    public static void Check(ContainerSettings settings, ContainerRegistry containers)
    {
        foreach (var (target, _) in Parse(settings))
        {
            _ = containers.Find(target) ?? throw GantryException.Invalid($"could not get container for {target}: No such container: {target}");
        }
    }

    /// <summary>The links as inspect shows them, <c>/target:/container/alias</c>; none where they are the name server's.</summary>
    public static IReadOnlyList<string> Shown(Container container, ContainerRegistry containers) =>
        [.. Parse(container.Settings).Select(link => $"/{containers.Find(link.Target)?.Container.Name ?? link.Target}:/{container.Name}/{link.Alias}")];

    /// <summary>Names that containers have from those that link to them: <c>web/db</c>.</summary>
    public static ILookup<ContainerId, string> Names(ContainerRegistry containers) =>
        (from entry in containers.All
         where entry.Container.Settings.Host.Links.Count > 0
         from link in Parse(entry.Container.Settings)
         let target = containers.Find(link.Target)
         where target is not null
         select (target.Id, Name: $"{entry.Container.Name}/{link.Alias}")).ToLookup(pair => pair.Id, pair => pair.Name);

    /// <summary>The container that another one links to by an alias.</summary>
    public static ContainerEntry? Find(ContainerEntry? parent, string alias, ContainerRegistry containers) =>
        parent is not null && Parse(parent.Container.Settings).FirstOrDefault(link => link.Alias == alias) is { Target: { } target } ? containers.Find(target) : null;

    /// <summary>The links without one.</summary>
    public static ContainerSettings Without(ContainerSettings settings, string alias) =>
        settings with { Host = settings.Host with { Links = [.. settings.Host.Links.Where(link => Parse(link).Alias != alias)] } };

    /// <summary>The links after a target got another name.</summary>
    public static ContainerSettings Renamed(ContainerSettings settings, string old, string name) =>
        settings with { Host = settings.Host with { Links = [.. settings.Host.Links.Select(link => Parse(link) is var (target, alias) && target == old ? $"{name}:{alias}" : link)] } };

    /// <summary>Whether a container names another one in its links.</summary>
    public static bool Names(ContainerSettings settings, string target) => Parse(settings).Any(link => link.Target == target);

    /// <summary>Lines for /etc/hosts: address, alias, short id, name.</summary>
    public static string Hosts(Container container, ContainerRegistry containers) => string.Concat(
        Linked(container, containers).Select(link => $"{link.Address}\t{link.Alias} {link.Target.Settings.Hostname} {link.Target.Name}".TrimEnd() + "\n"));

    /// <summary>Variables that say where the linked containers' ports are and what their environment was.</summary>
    /// <exception cref="GantryException">Internal, when one does not run.</exception>
    public static IReadOnlyList<string> Environment(Container container, ContainerRegistry containers)
    {
        List<string> env = [];
        foreach (var (target, alias, address) in Linked(container, containers))
        {
            var prefix = alias.Replace('-', '_').ToUpperInvariant();
            var ports = target.Settings.ExposedPorts.Select(ContainerPort.TryParse).OfType<ContainerPort>().OrderBy(port => port.Number).ThenBy(port => port.Protocol).ToArray();
            foreach (var (port, index) in ports.Select((port, index) => (port, index)))
            {
                var protocol = port.Protocol.ToString().ToLowerInvariant();
                var url = string.Create(CultureInfo.InvariantCulture, $"{protocol}://{address}:{port.Number}");
                var name = string.Create(CultureInfo.InvariantCulture, $"{prefix}_PORT_{port.Number}_{protocol.ToUpperInvariant()}");
                env.AddRange(index == 0 ? [$"{prefix}_PORT={url}"] : []);
                env.AddRange([$"{name}={url}", $"{name}_ADDR={address}", string.Create(CultureInfo.InvariantCulture, $"{name}_PORT={port.Number}"), $"{name}_PROTO={protocol}"]);
            }

            env.Add($"{prefix}_NAME=/{container.Name}/{alias}");
            env.AddRange(target.Settings.Env.Where(entry => entry.Contains('=') && !Untold.Contains(entry.Split('=')[0])).Select(entry => $"{prefix}_ENV_{entry}"));
        }

        return env;
    }

    private static IEnumerable<(string Target, string Alias)> Parse(ContainerSettings settings) => settings.Host.NetworkMode is not ("bridge" or "default" or "") ? []
        : settings.Host.Links.Select(Parse);

    private static (string Target, string Alias) Parse(string link)
    {
        var parts = link.Split(':', 2);
        return (parts[0].TrimStart('/'), parts[^1].Split('/')[^1]);
    }

    private static IEnumerable<(Container Target, string Alias, System.Net.IPAddress Address)> Linked(Container container, ContainerRegistry containers)
    {
        foreach (var (name, alias) in Parse(container.Settings))
        {
            var target = containers.Find(name)?.Container;
            yield return target is { IsRunning: true } && target.Networks.Values.Select(attachment => attachment.Endpoint).FirstOrDefault(endpoint => endpoint?.Address is not null) is { Address: { } address }
                ? (target, alias, address)
                : throw new GantryException(ErrorKind.Internal, $"Cannot link to a non running container: /{target?.Name ?? name} AS /{container.Name}/{alias}");
        }
    }
}
