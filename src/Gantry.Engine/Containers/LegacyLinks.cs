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
        : settings.Host.Links.Select(link => link.Split(':', 2)).Select(parts => (parts[0].TrimStart('/'), parts[^1].Split('/')[^1]));

    private static IEnumerable<(Container Target, string Alias, System.Net.IPAddress Address)> Linked(Container container, ContainerRegistry containers)
    {
        foreach (var (name, alias) in Parse(container.Settings))
        {
            var target = containers.Get(name).Container;
            yield return target.IsRunning && target.Networks.Values.Select(attachment => attachment.Endpoint).FirstOrDefault(endpoint => endpoint?.Address is not null) is { Address: { } address }
                ? (target, alias, address)
                : throw new GantryException(ErrorKind.Internal, $"Cannot link to a non running container: /{target.Name} AS /{container.Name}/{alias}");
        }
    }
}
