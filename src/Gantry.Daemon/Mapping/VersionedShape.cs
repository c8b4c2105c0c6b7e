using Gantry.Daemon.Http;
using Gantry.Engine.Containers;
using Gantry.Images;
using Wire = Gantry.Api.Containers;

namespace Gantry.Daemon.Mapping;

/// <summary>All that depends on the version a client speaks (Docker's API version history).</summary>
internal static class VersionedShape
{
    /// <summary>Before 1.44 the container's MAC address stood in its Config.</summary>
    public static Wire.ContainerConfig Config(Container container, ApiVersion version)
    {
        var config = container.Settings.ToWire();
        if (!version.AtLeast(44))
        {
            var main = container.Networks.GetValueOrDefault(HostConfigMapping.WireNetworkMode(container.Settings.Host)) ?? container.Networks.Values.FirstOrDefault();
            config.MacAddress = main?.Settings.MacAddress;
        }

        return config;
    }

    /// <summary>1.44 took VirtualSize away.</summary>
    public static long VirtualSize(Image image, ApiVersion version) => version.AtLeast(44) ? 0 : image.Size;

    /// <summary>Before 1.43 an image without a name had one of angle brackets.</summary>
    public static IReadOnlyList<string> Tags(IReadOnlyList<string> tags, ApiVersion version) => tags.Count > 0 || version.AtLeast(43) ? tags : ["<none>:<none>"];

    public static IReadOnlyList<string> Digests(IReadOnlyList<string> digests, ApiVersion version) => digests.Count > 0 || version.AtLeast(43) ? digests : ["<none>@<none>"];

    /// <summary>Since 1.51 images carry the number of their containers unasked.</summary>
    public static bool CountsContainers(ApiVersion version) => version.AtLeast(51);

    /// <summary>Before 1.42 <c>docker volume prune</c> took named volumes too.</summary>
    public static bool PrunesNamedVolumes(ApiVersion version) => !version.AtLeast(42);
}
