using Gantry.Linux.Netlink;

namespace Gantry.Networking;

public sealed partial class Sandbox
{
    /// <summary>
    /// Takes up what a former daemon set up. The kernel's part is there and in use, so it is completed, never rebuilt: a veth
    /// whose bridge was made anew gets a port of it again, a lost map element comes back.
    /// </summary>
    internal Task RestoreAsync(
        IReadOnlyList<(BridgeNetwork Network, EndpointState Endpoint, EndpointRequest Request)> endpoints,
        IReadOnlyList<PortRequest> wanted,
        IReadOnlyList<PortMapping> ports,
        CancellationToken cancellationToken) => ExclusivelyAsync(
        () =>
        {
            foreach (var (network, endpoint, request) in endpoints)
            {
                Restore(new Attachment(host.GetSegment(network), endpoint, request));
            }

            if (attachments.Any(attachment => attachment.Network.NameResolution))
            {
                StartNameServer(renew: true);
            }

            (requests, endpointName) = (wanted, options.Owner.Short);
            published = [.. ports.Select(host.Ports.Restore)];
            Lead(published, WayOut.Choose(attachments));

            return true;
        },
        cancellationToken);

    private void Restore(Attachment attachment)
    {
        var endpoint = attachment.Endpoint;
        if (endpoint.Address is { } first)
        {
            attachment.Segment.Addresses?.Take(first);
        }

        if (endpoint.Address6 is { } second)
        {
            attachment.Segment.Addresses6?.Take(second);
        }

        attachments = [.. attachments, attachment];
        attachment.Segment.AddNames(endpoint);
        if (endpoint.HostInterface.Length > 0 && host.Routes.FindLink(endpoint.HostInterface) is { } link && link.Master != attachment.Segment.BridgeIndex)
        {
            Reattach(link, attachment);
        }
    }

    private void Reattach(Link link, Attachment attachment)
    {
        host.Routes.SetMaster(link.Index, attachment.Segment.BridgeIndex);
        SetPort(link.Index, attachment.Network);
    }
}
