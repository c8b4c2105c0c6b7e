using Gantry.Networking.Addresses;
using Gantry.Networking.Names;

namespace Gantry.Networking;

/// <summary>A network that exists in the kernel, with what this process knows of it: its addresses in use and its names.</summary>
internal sealed class Segment(BridgeNetwork network)
{
    private volatile BridgeNetwork network = network;

    internal BridgeNetwork Network
    {
        get => network;
        set => network = value;
    }

    /// <summary>The bridge's index on the host.</summary>
    internal int BridgeIndex { get; set; }

    internal AddressPool Addresses { get; } = new(network);

    internal NameTable Names { get; } = new();
}
