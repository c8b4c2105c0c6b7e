using Gantry.Core;
using Gantry.Engine.Containers;
using Wire = Gantry.Api.Containers;

namespace Gantry.Daemon.Mapping;

/// <summary>Docker's create body becomes settings once, here; and settings become the Config of inspect.</summary>
internal static class ContainerSettingsMapping
{
    public static ContainerSettings ToSettings(this Wire.ContainerCreateRequest wire)
    {
        var host = wire.HostConfig.ToSettings();
        return new ContainerSettings
        {
            Image = wire.Image ?? "",
            Hostname = wire.Hostname ?? "",
            Domainname = wire.Domainname ?? "",
            User = wire.User ?? "",
            AttachStdin = wire.AttachStdin,
            AttachStdout = wire.AttachStdout,
            AttachStderr = wire.AttachStderr,
            Tty = wire.Tty,
            OpenStdin = wire.OpenStdin,
            StdinOnce = wire.StdinOnce,
            Env = wire.Env.OrEmpty(),
            Cmd = wire.Cmd,
            Entrypoint = wire.Entrypoint,
            WorkingDir = wire.WorkingDir ?? "",
            Volumes = wire.Volumes.ToKeys(),
            ExposedPorts = [.. wire.ExposedPorts.ToKeys().Select(port => int.TryParse(port, out _) ? port + "/tcp" : port)],
            Labels = wire.Labels.OrEmpty(),
            StopSignal = wire.StopSignal is { Length: > 0 } ? wire.StopSignal : null,
            StopTimeout = wire.StopTimeout,
            Healthcheck = wire.Healthcheck.ToSettings(),
            Shell = wire.Shell,
            NetworkDisabled = wire.NetworkDisabled,
            Host = host,
            Networks = Networks(wire, host.NetworkMode),
        };
    }

    public static Wire.ContainerConfig ToWire(this ContainerSettings settings) => new()
    {
        Hostname = settings.Hostname,
        Domainname = settings.Domainname,
        User = settings.User,
        AttachStdin = settings.AttachStdin,
        AttachStdout = settings.AttachStdout,
        AttachStderr = settings.AttachStderr,
        ExposedPorts = settings.ExposedPorts.ToSet(),
        Tty = settings.Tty,
        OpenStdin = settings.OpenStdin,
        StdinOnce = settings.StdinOnce,
        Env = settings.Env.NullIfEmpty(),
        Cmd = settings.Cmd,
        Healthcheck = settings.Healthcheck.ToWire(),
        Image = settings.Image,
        Volumes = settings.Volumes.ToSet(),
        WorkingDir = settings.WorkingDir,
        Entrypoint = settings.Entrypoint,
        NetworkDisabled = settings.NetworkDisabled,
        Labels = settings.Labels,
        StopSignal = settings.StopSignal,
        StopTimeout = settings.StopTimeout,
        Shell = settings.Shell,
    };

    // The CLI names the network mode among the endpoints even where it is no network: "default", "host", "none".
    private static Dictionary<string, EndpointSettings> Networks(Wire.ContainerCreateRequest wire, string mode)
    {
        var networks = new Dictionary<string, EndpointSettings>();
        foreach (var (name, endpoint) in wire.NetworkingConfig?.EndpointsConfig ?? new Dictionary<string, Api.Networks.EndpointSettings?>())
        {
            if (name is not ("host" or "none") && !name.StartsWith("container:", StringComparison.Ordinal))
            {
                networks[name == "default" ? "bridge" : name] = endpoint.ToSettings();
            }
        }

        // Before API 1.44 the container had the address, not its endpoint.
        if (wire.MacAddress is { Length: > 0 } mac)
        {
            var name = mode == "default" ? "bridge" : mode;
            var endpoint = networks.GetValueOrDefault(name) ?? new EndpointSettings();
            networks[name] = endpoint.MacAddress is null || endpoint.MacAddress == mac ? endpoint with { MacAddress = mac }
                : throw GantryException.Invalid("the container-wide MAC address must match the endpoint-specific MAC address for the main network, or be left empty");
        }

        return networks;
    }
}
