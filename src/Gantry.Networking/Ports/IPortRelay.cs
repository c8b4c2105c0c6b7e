using System.Net;

namespace Gantry.Networking.Ports;

/// <summary>Carries what comes to a host's port to a container, where the kernel cannot.</summary>
internal interface IPortRelay : IDisposable
{
    /// <summary>Where it goes; null lets it end.</summary>
    IPEndPoint? Target { set; }
}
