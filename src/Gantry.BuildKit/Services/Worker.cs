using Gantry.BuildKit.Messages;
using Gantry.Engine;

namespace Gantry.BuildKit.Services;

/// <summary>The builder as BuildKit's clients list it.</summary>
internal sealed class Worker(GantryEngine engine, string version)
{
    private const string HostGatewayLabel = "org.mobyproject.buildkit.worker.moby.host-gateway-ip";

    public BuildkitVersion Version { get; } = new() { Package = "gantry", Version = version };

    public WorkerRecord ToRecord()
    {
        var host = Core.Platform.Host;
        var record = new WorkerRecord
        {
            ID = "gantry",
            BuildkitVersion = Version,
            Platforms = { new Platform { OS = host.Os, Architecture = host.Architecture, Variant = host.Variant ?? "" } },
        };
        if (engine.Networks.Get("bridge").Settings.Pools is [{ Gateway: { Length: > 0 } gateway }, ..])
        {
            record.Labels[HostGatewayLabel] = gateway;
        }

        return record;
    }
}
