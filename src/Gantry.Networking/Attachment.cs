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

    /// <summary>The same among networks with IPv6, for its default route.</summary>
    internal static Attachment? ChooseGateway6(IEnumerable<Attachment> attachments) => ChooseGateway(attachments.Where(attachment => attachment.Endpoint.Gateway6 is not null));

    /// <summary>The one whose network's gateway is the default route and to which ports are published: by priority, then by the network's name.</summary>
    internal static Attachment? ChooseGateway(IEnumerable<Attachment> attachments) => attachments
        .Where(attachment => !attachment.Network.Internal && (attachment.Endpoint.Gateway ?? attachment.Endpoint.Gateway6) is not null)
        .OrderByDescending(attachment => attachment.Request.GatewayPriority)
        .ThenBy(attachment => attachment.Network.Name, StringComparer.Ordinal)
        .FirstOrDefault();
}
