using System.Globalization;
using System.Runtime.CompilerServices;
using Gantry.Core;
using Gantry.Daemon.Http;
using Gantry.Engine.Containers;
using Gantry.Networking;
using Wire = Gantry.Api.Containers;

namespace Gantry.Daemon.Mapping;

/// <summary>Containers as list and inspect show them.</summary>
internal static class ContainerMapping
{
    public const string StorageDriver = "overlayfs";

    // Snapshots are immutable and swapped whole: what was made for one serves every list until it changes.
    private static readonly ConditionalWeakTable<Container, Wire.ContainerSummary> Summaries = [];

    private static readonly Wire.StorageDriverResponse GraphDriver = new() { Name = StorageDriver };

    /// <summary>A row of the list. Only the status text is made anew; treat the rest as read-only.</summary>
    public static Wire.ContainerSummary ToSummary(this Container container, string status)
    {
        var summary = Summaries.GetValue(container, CreateSummary);
        summary.Status = status;
        return summary;
    }

    /// <summary>The row with <c>size=1</c>; an empty layer is not worth saying.</summary>
    public static Wire.ContainerSummary WithSizes(this Wire.ContainerSummary row, (long ReadWrite, long RootFs) sizes) =>
        row with { SizeRw = sizes.ReadWrite > 0 ? sizes.ReadWrite : null, SizeRootFs = sizes.RootFs };

    public static Wire.ContainerInspectResponse ToInspect(this Container container, ApiVersion version) => new()
    {
        Id = container.Id.ToString(),
        Created = Timestamp.Format(container.Created),
        Path = container.Args.Count > 0 ? container.Args[0] : "",
        Args = [.. container.Args.Skip(1)],
        State = container.State.ToWire(),
        Image = container.ImageId.ToString(),
        ResolvConfPath = container.ResolvConfPath,
        HostnamePath = container.HostnamePath,
        HostsPath = container.HostsPath,
        LogPath = container.Settings.Host.LogDriver == "json-file" ? container.LogPath : "",
        Name = "/" + container.Name,
        RestartCount = container.RestartCount,
        Driver = StorageDriver,
        Platform = "linux",
        AppArmorProfile = container.AppArmorProfile,
        ExecIDs = container.ExecIds.NullIfEmpty(),
        HostConfig = container.Settings.Host.ToWire(),
        GraphDriver = GraphDriver,
        Mounts = [.. container.Mounts.Where(mount => mount.Type != "tmpfs" || !container.Settings.Host.Tmpfs.ContainsKey(mount.Destination)).Select(mount => mount.ToWire())],
        Config = Config(container),
        NetworkSettings = NetworkSettings(container, version),
    };

    public static string StatusWord(ContainerStatus status) => status switch
    {
        ContainerStatus.Created => "created",
        ContainerStatus.Running => "running",
        ContainerStatus.Paused => "paused",
        ContainerStatus.Restarting => "restarting",
        ContainerStatus.Removing => "removing",
        ContainerStatus.Exited => "exited",
        _ => "dead",
    };

    private static Wire.ContainerStateResponse ToWire(this ContainerState state) => new()
    {
        Status = StatusWord(state.Status),
        Running = state.Status is ContainerStatus.Running or ContainerStatus.Paused or ContainerStatus.Restarting,
        Paused = state.Status == ContainerStatus.Paused,
        Restarting = state.Status == ContainerStatus.Restarting,
        OOMKilled = state.OomKilled,
        Dead = state.Status == ContainerStatus.Dead,
        Pid = state.Pid,
        ExitCode = state.ExitCode,
        Error = state.Error,
        StartedAt = Timestamp.Format(state.StartedAt),
        FinishedAt = Timestamp.Format(state.FinishedAt),
        Health = state.Health is not { } health ? null : new Wire.HealthResponse
        {
            Status = health.Status,
            FailingStreak = health.FailingStreak,
            Log = [.. health.Log.Select(probe => new Wire.HealthcheckResult
            {
                Start = Timestamp.Format(probe.Start),
                End = Timestamp.Format(probe.End),
                ExitCode = probe.ExitCode,
                Output = probe.Output,
            })],
        },
    };

    private static Wire.ContainerSummary CreateSummary(Container container) => new()
    {
        Id = container.Id.ToString(),
        Names = ["/" + container.Name],
        Image = container.Settings.Image,
        ImageID = container.ImageId.ToString(),
        Command = string.Join(' ', container.Args.Select((arg, index) => index > 0 && arg.Contains(' ') ? $"'{arg}'" : arg)),
        Created = container.Created.ToUnixTimeSeconds(),
        Ports = [.. SummaryPorts(container)],
        Labels = container.Settings.Labels,
        State = StatusWord(container.State.Status),
        HostConfig = new Wire.ContainerSummaryHostConfig
        {
            NetworkMode = HostConfigMapping.WireNetworkMode(container.Settings.Host),
            Annotations = container.Settings.Host.Annotations.NullIfEmpty(),
        },
        NetworkSettings = new Wire.ContainerSummaryNetworkSettings { Networks = container.Networks.ToDictionary(network => network.Key, network => network.Value.ToWire() with { Aliases = null, DNSNames = null }) },
        Mounts = [.. container.Mounts.Where(mount => mount.Type != "tmpfs" || !container.Settings.Host.Tmpfs.ContainsKey(mount.Destination)).Select(mount => mount.ToWire())],
    };

    private static IEnumerable<Wire.Port> SummaryPorts(Container container)
    {
        if (!ShowsPorts(container))
        {
            yield break;
        }

        foreach (var port in container.Ports)
        {
            yield return new Wire.Port { IP = $"{port.HostAddress}", PrivatePort = port.ContainerPort, PublicPort = port.HostPort, Type = Protocol(port.Protocol) };
        }

        var published = container.Ports.Select(Key).ToHashSet();
        foreach (var exposed in container.Settings.ExposedPorts)
        {
            if (!published.Contains(exposed) && exposed.Split('/') is [var number, var protocol] && int.TryParse(number, CultureInfo.InvariantCulture, out var port))
            {
                yield return new Wire.Port { PrivatePort = port, Type = protocol };
            }
        }
    }

    // An address asked for stands in both places, as before API 1.44.
    private static Wire.ContainerConfig Config(Container container)
    {
        var main = container.Networks.GetValueOrDefault(HostConfigMapping.WireNetworkMode(container.Settings.Host)) ?? container.Networks.Values.FirstOrDefault();
        return container.Settings.ToWire() with { MacAddress = main?.Settings.MacAddress };
    }

    private static Wire.NetworkSettings NetworkSettings(Container container, ApiVersion version)
    {
        var bridge = container.Networks.TryGetValue("bridge", out var attachment) ? attachment.ToWire() : new Api.Networks.EndpointSettings();
        return new Wire.NetworkSettings
        {
            SandboxID = container.IsRunning ? container.Id.ToString() : "",
            SandboxKey = container.IsRunning ? $"/proc/{container.State.Pid.ToString(CultureInfo.InvariantCulture)}/ns/net" : "",
            Ports = InspectPorts(container),
            EndpointID = bridge.EndpointID ?? "",
            Gateway = bridge.Gateway ?? "",
            IPAddress = bridge.IPAddress ?? "",
            IPPrefixLen = bridge.IPPrefixLen,
            MacAddress = bridge.MacAddress ?? "",
            Networks = container.Networks.ToDictionary(network => network.Key, network => VersionedShape.Endpoint(network.Value.ToWire(), network.Value, container, version)),
        };
    }

    private static Dictionary<string, IReadOnlyList<Wire.PortBinding>?> InspectPorts(Container container)
    {
        var ports = new Dictionary<string, IReadOnlyList<Wire.PortBinding>?>();
        if (!ShowsPorts(container))
        {
            return ports;
        }

        foreach (var exposed in container.Settings.ExposedPorts)
        {
            ports[exposed] = null;
        }

        foreach (var group in container.Ports.GroupBy(Key))
        {
            ports[group.Key] = [.. group.Select(port => new Wire.PortBinding
            {
                HostIp = $"{port.HostAddress}",
                HostPort = port.HostPort == 0 ? "" : port.HostPort.ToString(CultureInfo.InvariantCulture),
            })];
        }

        return ports;
    }

    // Of a container on wires and internal networks alone not even what it exposes, as Docker.
    private static bool ShowsPorts(Container container) => container.IsRunning && (container.Publishes || container.Ports.Count > 0);

    private static string Key(PortMapping port) => string.Create(CultureInfo.InvariantCulture, $"{port.ContainerPort}/{Protocol(port.Protocol)}");

    private static string Protocol(PortProtocol protocol) => protocol switch { PortProtocol.Udp => "udp", PortProtocol.Sctp => "sctp", _ => "tcp" };
}
