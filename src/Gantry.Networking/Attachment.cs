namespace Gantry.Networking;

/// <summary>A sandbox's endpoint on a network.</summary>
internal sealed record Attachment(Segment Segment, EndpointState Endpoint, EndpointRequest Request)
{
    internal BridgeNetwork Network => Segment.Network;

    /// <summary>The name that a --link alias stands for; null when it is none.</summary>
    internal string? FindLink(string alias) => Request.Links
        .Where(link => string.Equals(link.Key, alias, StringComparison.OrdinalIgnoreCase))
        .Select(link => link.Value)
        .FirstOrDefault();
}
