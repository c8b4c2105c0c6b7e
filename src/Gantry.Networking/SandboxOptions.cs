using System.Net;
using Gantry.Core;

namespace Gantry.Networking;

/// <summary>Whose namespace it is, and its resolver settings. /etc/hosts and /etc/resolv.conf are the Engine's business.</summary>
public sealed record SandboxOptions
{
    public required ContainerId Owner { get; init; }

    /// <summary>Resolvers asked for names that are not containers'; empty means the daemon's.</summary>
    public IReadOnlyList<IPAddress> Dns { get; init; } = [];
}
