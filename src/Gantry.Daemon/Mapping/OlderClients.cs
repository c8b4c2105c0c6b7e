using Gantry.Api.Containers;
using Gantry.Api.Networks;
using Gantry.Core;
using Gantry.Daemon.Http;

namespace Gantry.Daemon.Mapping;

/// <summary>What clients of older versions of the API mean by a request (Docker's API version history): members they cannot know are not theirs.</summary>
internal static class OlderClients
{
    /// <summary>The body as the current version would have it.</summary>
    /// <exception cref="GantryException">InvalidArgument: it asks for what its version must not leave out silently.</exception>
    public static ContainerCreateRequest Create(ContainerCreateRequest body, ApiVersion version)
    {
        body = version.AtLeast(44) ? body : Before44(body);
        return body.HostConfig is { } host ? body with { HostConfig = Host(host, version) } : version.AtLeast(40) ? body : body with { HostConfig = new HostConfig { IpcMode = "shareable" } };
    }

    /// <summary>What a client that asks in an older version's way is told.</summary>
    public static IReadOnlyList<string> Warnings(ContainerCreateRequest body, ApiVersion version) => version.AtLeast(44) && body.MacAddress is { Length: > 0 }
        ? ["The container-wide MacAddress field is now deprecated. It should be specified in EndpointsConfig instead."] : [];

    public static ContainerUpdateRequest Update(ContainerUpdateRequest body, ApiVersion version) => version.AtLeast(40) ? body : body with { PidsLimit = null };

    private static ContainerCreateRequest Before44(ContainerCreateRequest body)
    {
        var endpoints = body.NetworkingConfig?.EndpointsConfig ?? new Dictionary<string, EndpointSettings?>();
        if (endpoints.Count > 1)
        {
            throw GantryException.Invalid($"Container cannot be created with multiple network endpoints: {string.Join(", ", endpoints.Keys)}");
        }

        var mode = body.HostConfig?.NetworkMode ?? "";
        if (!string.IsNullOrEmpty(body.MacAddress) && (mode is "host" or "none" || mode.StartsWith("container:", StringComparison.Ordinal)))
        {
            throw GantryException.Invalid("conflicting options: mac-address and the network mode");
        }

        // The address was the container's.
        return body with
        {
            Healthcheck = body.Healthcheck is { } check ? check with { StartInterval = 0 } : null,
            NetworkingConfig = body.NetworkingConfig is null ? null
                : new NetworkingConfig { EndpointsConfig = endpoints.ToDictionary(pair => pair.Key, pair => pair.Value is { } endpoint ? endpoint with { MacAddress = null } : null) },
        };
    }

    private static HostConfig Host(HostConfig host, ApiVersion version) => host with
    {
        AutoRemove = host.AutoRemove && version.AtLeast(25),
        IpcMode = string.IsNullOrEmpty(host.IpcMode) && !version.AtLeast(40) ? "shareable" : host.IpcMode,
        ConsoleSize = version.AtLeast(42) ? host.ConsoleSize : null,
        Annotations = version.AtLeast(43) ? host.Annotations : null,
        Mounts = host.Mounts is null ? null : [.. host.Mounts.Select(mount => Mount(mount, version))],
    };

    private static MountRequest Mount(MountRequest mount, ApiVersion version)
    {
        Refuse(!version.AtLeast(44) && mount is { Type: "bind", BindOptions.ReadOnlyForceRecursive: true }, "BindOptions.ReadOnlyForceRecursive needs API v1.44 or newer");
        Refuse(!version.AtLeast(45) && mount.VolumeOptions?.Subpath is { Length: > 0 }, "VolumeOptions.Subpath needs API v1.45 or newer");
        Refuse(!version.AtLeast(48) && mount.Type == "image", "Mount type \"Image\" needs API v1.48 or newer");
        return version.AtLeast(42) ? mount : mount with
        {
            BindOptions = mount.BindOptions is { } bind ? bind with { CreateMountpoint = false, NonRecursive = bind.NonRecursive && version.AtLeast(40) } : null,
            VolumeOptions = mount.Type == "volume" ? mount.VolumeOptions : null,
            TmpfsOptions = mount.Type == "tmpfs" ? mount.TmpfsOptions : null,
        };
    }

    private static void Refuse(bool wrong, string message)
    {
        if (wrong)
        {
            throw GantryException.Invalid(message);
        }
    }
}
