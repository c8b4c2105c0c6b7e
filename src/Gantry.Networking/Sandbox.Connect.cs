using System.Diagnostics;
using System.Net;
using Gantry.Core;
using Gantry.Linux.Netlink;
using Gantry.Networking.Addresses;

namespace Gantry.Networking;

public sealed partial class Sandbox
{
    private static readonly TimeSpan CarrierTimeout = TimeSpan.FromSeconds(2);

    /// <summary>Waits until packets flow (host veth operationally up).</summary>
    /// <exception cref="GantryException">Conflict: the address is in use, or the sandbox is on the network already. NotFound: no such network was ensured.</exception>
    public async Task<EndpointState> ConnectAsync(BridgeNetwork network, EndpointRequest request, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfReleased();
            var segment = host.GetSegment(network);
            if (attachments.Any(attachment => attachment.Endpoint.NetworkId == network.Id))
            {
                throw GantryException.Conflict($"endpoint with name {(request.Names is [var name, ..] ? name : options.Owner.Short)} already exists in network {network.Name}");
            }

            var address = segment.Addresses.Take(request.Address);
            try
            {
                return await AttachAsync(Describe(segment, request, address), cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                segment.Addresses.Release(address);
                throw;
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>A live container leaves a network. Not being on it is an error (NotFound).</summary>
    public Task DisconnectAsync(string networkId, CancellationToken cancellationToken) => ExclusivelyAsync(
        () =>
        {
            var leaving = GetAttachment(networkId);
            var (segment, endpoint) = (leaving.Segment, leaving.Endpoint);
            segment.Names.Remove(endpoint.Names, endpoint.Address);

            // Before the interface goes, so that ports and default route move rather than vanish.
            MoveGateway(attachments, [.. attachments.Where(attachment => attachment != leaving)]);
            attachments = [.. attachments.Where(attachment => attachment != leaving)];
            if (host.Routes.FindLink(endpoint.HostInterface) is { } link)
            {
                host.Routes.DeleteLink(link.Index);
            }

            segment.Addresses.Release(endpoint.Address);
            return true;
        },
        cancellationToken);

    private Attachment Describe(Segment segment, EndpointRequest request, IPAddress address)
    {
        var id = ContainerId.New().ToString();
        return new Attachment(
            segment,
            new EndpointState
            {
                NetworkId = segment.Network.Id,
                EndpointId = id,
                InterfaceName = NextInterfaceName(),
                HostInterface = $"veth{id[..11]}",
                Address = address,
                PrefixLength = segment.Network.Subnet.PrefixLength,
                Gateway = segment.Network.Gateway,
                MacAddress = request.MacAddress ?? Ipv4.DeriveMacAddress(address),
                Names = request.Names,
            },
            request);
    }

    private string NextInterfaceName()
    {
        var used = attachments.Select(attachment => attachment.Endpoint.InterfaceName).ToHashSet();
        return Enumerable.Range(0, int.MaxValue).Select(number => $"eth{number}").First(name => !used.Contains(name));
    }

    private async Task<EndpointState> AttachAsync(Attachment attachment, CancellationToken cancellationToken)
    {
        var endpoint = attachment.Endpoint;
        Attachment[] next = [.. attachments, attachment];
        host.Routes.CreateVeth(new VethRequest
        {
            Name = endpoint.HostInterface,
            Master = attachment.Segment.BridgeIndex,
            PeerName = endpoint.InterfaceName,
            PeerAddress = endpoint.MacAddress,
            PeerNamespace = networkNamespace.Number,
            Mtu = attachment.Network.Mtu,
        });
        var hostLink = host.Routes.FindLink(endpoint.HostInterface)!.Index;
        try
        {
            SetPort(hostLink, attachment.Network);
            var index = routes.FindLink(endpoint.InterfaceName)!.Index;
            routes.ConfigureInterface(new InterfaceAddress(index, endpoint.Address, endpoint.PrefixLength));
            host.Routes.SetNeighbor(attachment.Segment.BridgeIndex, endpoint.Address, endpoint.MacAddress);
            if (attachment.Network.NameResolution)
            {
                StartNameServer(renew: false);
            }

            await WaitForCarrierAsync(hostLink, cancellationToken).ConfigureAwait(false);
            MoveGateway(attachments, next);
        }
        catch
        {
            host.Routes.DeleteLink(hostLink);
            throw;
        }

        attachments = next;
        attachment.Segment.Names.Add(endpoint.Names, endpoint.Address);
        return endpoint;
    }

    /// <summary>
    /// Isolation keeps neighbours apart where no firewall looks, on the bridge. Hairpin is for a container that asks for its own
    /// published port: with br_netfilter active the translated frame never leaves the bridge and goes back by the port it came in.
    /// </summary>
    private void SetPort(int hostLink, BridgeNetwork network) =>
        host.Routes.SetPort(hostLink, hairpin: true, isolated: !network.InterContainer);

    /// <summary>
    /// The kernel opens the bridge's port a moment after the link is up (linkwatch); what is sent before is lost, and asked again
    /// a second later. It takes some 0.1 ms, hence no sleep at first.
    /// </summary>
    private async Task WaitForCarrierAsync(int hostLink, CancellationToken cancellationToken)
    {
        for (var (started, tries) = (Stopwatch.GetTimestamp(), 0); host.Routes.FindLink(hostLink) is not { IsOperational: true }; tries++)
        {
            if (Stopwatch.GetElapsedTime(started) > CarrierTimeout)
            {
                throw new GantryException(ErrorKind.Internal, "failed to set up container networking: the interface did not come up");
            }

            if (tries < 50)
            {
                Thread.Yield();
            }
            else
            {
                await Task.Delay(1, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Default route and published ports follow the endpoint whose network is the way out.</summary>
    private void MoveGateway(Attachment[] before, Attachment[] after)
    {
        var (old, chosen) = (Attachment.ChooseGateway(before), Attachment.ChooseGateway(after));
        if (old == chosen)
        {
            return;
        }

        if (chosen is null)
        {
            routes.RemoveDefaultRoute();
            host.Filter.Unpublish(Ports);
        }
        else
        {
            routes.SetDefaultRoute(chosen.Endpoint.Gateway);
            host.Filter.Publish(Ports, chosen.Endpoint.Address, replace: true);
        }
    }
}
