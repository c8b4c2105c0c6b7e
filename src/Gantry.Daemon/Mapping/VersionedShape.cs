using Gantry.Api.System;
using Gantry.Daemon.Http;
using Gantry.Engine.Containers;
using Gantry.Engine.Images;
using Gantry.Images;
using Wire = Gantry.Api;

namespace Gantry.Daemon.Mapping;

/// <summary>All that depends on the version a client speaks (Docker's API version history).</summary>
internal static class VersionedShape
{
    /// <summary>The manifest a container was made from, since 1.48.</summary>
    public static Wire.Images.ImageDescriptor? Manifest(Container container, ImageService images, ApiVersion version) =>
        version.AtLeast(48) && images.Find(container.ImageId.ToString(), container.Platform) is { } image ? image.Manifest.ToWire(image.Platform) : null;

    /// <summary>A row of the list: annotations since 1.46, the image's manifest since 1.48.</summary>
    public static Wire.Containers.ContainerSummary Summary(Wire.Containers.ContainerSummary row, Container container, ImageService images, ApiVersion version) => row with
    {
        ImageManifestDescriptor = Manifest(container, images, version),
        HostConfig = version.AtLeast(46) ? row.HostConfig : row.HostConfig with { Annotations = null },
    };

    /// <summary>
    /// An endpoint in inspect: its DNS names once it was started or connected, its network's id once it was started. Before 1.45 the generated ones stood among the aliases of networks
    /// that resolve names.
    /// </summary>
    public static Wire.Networks.EndpointSettings Endpoint(Wire.Networks.EndpointSettings wire, NetworkAttachment attachment, Container container, ApiVersion version)
    {
        var resolves = attachment.DnsNames.Count > 0;
        string[] generated = [container.Id.Short, .. container.Settings.Hostname.Length > 0 ? new[] { container.Settings.Hostname } : []];
        return wire with
        {
            Aliases = version.AtLeast(45) || !resolves ? wire.Aliases : [.. (wire.Aliases ?? []).Concat(generated).Distinct()],
            DNSNames = resolves && (attachment.Connected || container.State.StartedAt is not null) ? attachment.DnsNames : null,
            NetworkID = container.State.StartedAt is null ? "" : wire.NetworkID,
        };
    }

    /// <summary>1.44 took VirtualSize away.</summary>
    public static long VirtualSize(Image image, ApiVersion version) => version.AtLeast(44) ? 0 : image.Size;

    /// <summary>Before 1.43 an image without a name had one of angle brackets.</summary>
    public static IReadOnlyList<string> Tags(IReadOnlyList<string> tags, ApiVersion version) => tags.Count > 0 || version.AtLeast(43) ? tags : ["<none>:<none>"];

    public static IReadOnlyList<string> Digests(IReadOnlyList<string> digests, ApiVersion version) => digests.Count > 0 || version.AtLeast(43) ? digests : ["<none>@<none>"];

    /// <summary>What an image's inspect had more of: settings of containers, empty, before 1.50; a whole empty ContainerConfig before 1.45.</summary>
    public static Wire.Images.ImageInspectResponse Inspect(Wire.Images.ImageInspectResponse wire, ApiVersion version)
    {
        wire.Descriptor = version.AtLeast(48) ? wire.Descriptor : null;
        wire.ContainerConfig = version.AtLeast(45) ? null : new Wire.Containers.ContainerConfig();
        if (!version.AtLeast(50) && wire.Config is { } config)
        {
            wire.Config = config with
            {
                Hostname = "",
                Domainname = "",
                AttachStdin = false,
                AttachStdout = false,
                AttachStderr = false,
                Tty = false,
                OpenStdin = false,
                StdinOnce = false,
                Image = "",
            };
        }

        return wire;
    }

    /// <summary>What <c>/info</c> had and got.</summary>
    public static SystemInfoResponse Info(SystemInfoResponse wire, ApiVersion version) => wire with
    {
        KernelMemory = !version.AtLeast(42) && wire.KernelMemoryTCP,
        BridgeNfIptables = version.AtLeast(50) ? null : false,
        BridgeNfIp6tables = version.AtLeast(50) ? null : false,
        FirewallBackend = version.AtLeast(49) ? wire.FirewallBackend : null,
        ContainerdCommit = Commit(wire.ContainerdCommit, version),
        RuncCommit = Commit(wire.RuncCommit, version),
        InitCommit = Commit(wire.InitCommit, version),
        SecurityOptions = version.AtLeast(25) ? wire.SecurityOptions : [.. (wire.SecurityOptions ?? []).Select(option => option.Split(',')[0].Split('=')[^1])],
    };

    /// <summary>Since 1.51 images carry the number of their containers unasked.</summary>
    public static bool CountsContainers(ApiVersion version) => version.AtLeast(51);

    /// <summary>Manifests in the list of images, when asked for: since 1.47.</summary>
    public static bool ListsManifests(ApiVersion version) => version.AtLeast(47);

    /// <summary>Manifests in an image's inspect, when asked for: since 1.48.</summary>
    public static bool InspectsManifests(ApiVersion version) => version.AtLeast(48);

    /// <summary>A platform in an image's inspect: since 1.49.</summary>
    public static bool InspectsPlatforms(ApiVersion version) => version.AtLeast(49);

    /// <summary>Before 1.42 <c>/system/df</c> told of everything, whatever was asked.</summary>
    public static bool SelectsUsage(ApiVersion version) => version.AtLeast(42);

    /// <summary>Before 1.42 <c>docker volume prune</c> took named volumes too.</summary>
    public static bool PrunesNamedVolumes(ApiVersion version) => !version.AtLeast(42);

    private static CommitInfo Commit(CommitInfo commit, ApiVersion version) => version.AtLeast(49) ? commit : commit with { Expected = commit.ID };
}
