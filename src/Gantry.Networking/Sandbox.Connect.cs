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

            var endpoint = Describe(segment, request);
            try
            {
                return await (network.Driver is null ? AttachAsync(endpoint, cancellationToken) : AttachByDriverAsync(endpoint, cancellationToken)).ConfigureAwait(false);
            }
            catch
            {
                segment.ReleaseAddresses(endpoint.Endpoint);
                throw;
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>A live container leaves a network. Not being on it is an error (NotFound).</summary>
    public async Task DisconnectAsync(string networkId, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfReleased();
            var leaving = GetAttachment(networkId);
            var (segment, endpoint, opened) = (leaving.Segment, leaving.Endpoint, WayOut.Choose(attachments).Has(leaving));
            segment.RemoveNames(endpoint);

            // Before the interface goes, so that ports and default route move rather than vanish.
            MoveGateway(attachments, [.. attachments.Where(attachment => attachment != leaving)]);
            attachments = [.. attachments.Where(attachment => attachment != leaving)];
            if (leaving.Network.Driver is null)
            {
                DeleteInterface(endpoint);
            }
            else
            {
                await LeaveDriverAsync(leaving, opened).ConfigureAwait(false);
            }

            segment.ReleaseAddresses(endpoint);
        }
        finally
        {
            gate.Release();
        }
    }

    private static (IPAddress? Address, IPAddress? Address6) TakeAddresses(Segment segment, EndpointRequest request)
    {
        if (segment.Network.Subnet is { PrefixLength: 0 })
        {
            // The driver has addresses of its own and says at joining which.
            return (request.Address ?? IPAddress.Any, request.Address6);
        }

        var address = segment.Addresses?.Take(request.Address);
        try
        {
            return (address, segment.Addresses6?.Take(request.Address6));
        }
        catch
        {
            if (address is not null)
            {
                segment.Addresses?.Release(address);
            }

            throw;
        }
    }

    private Attachment Describe(Segment segment, EndpointRequest request)
    {
        // The name may be refused: before anything is taken.
        var name = InterfaceName(request.InterfaceName, segment.Network.InterfacePrefix);
        var (address, address6) = TakeAddresses(segment, request);
        var id = ContainerId.New().ToString();
        return new Attachment(
            segment,
            new EndpointState
            {
                NetworkId = segment.Network.Id,
                EndpointId = id,
                InterfaceName = name,
                HostInterface = segment.Network.HasBridge ? $"veth{id[..11]}" : "",
                Address = address,
                PrefixLength = segment.Network.Subnet?.PrefixLength ?? 0,
                Gateway = segment.Network.Internal ? null : segment.Network.Gateway,
                Address6 = address6,
                PrefixLength6 = segment.Network.Subnet6?.PrefixLength ?? 0,
                Gateway6 = segment.Network.Internal ? null : segment.Network.Gateway6,
                MacAddress = request.MacAddress ?? DerivedMacAddress.Of((address ?? address6)!),
                Names = request.Names,
            },
            request);
    }

    private string InterfaceName(string? asked, string prefix)
    {
        var used = attachments.Select(attachment => attachment.Endpoint.InterfaceName).ToHashSet();
        return asked is null ? Enumerable.Range(0, int.MaxValue).Select(number => $"{prefix}{number}").First(name => !used.Contains(name))
            : used.Contains(asked) ? throw GantryException.Conflict($"interface name {asked} is already in use by another endpoint of the container")
            : asked;
    }

    private async Task<EndpointState> AttachAsync(Attachment attachment, CancellationToken cancellationToken)
    {
        var endpoint = attachment.Endpoint;
        Attachment[] next = [.. attachments, attachment];
        var hostLink = CreateInterface(attachment);
        try
        {
            var index = routes.FindLink(endpoint.InterfaceName)!.Index;
            routes.ConfigureInterface(
                index,
                endpoint.Address is { } first ? new InterfaceAddress(index, first, endpoint.PrefixLength) : null,
                endpoint.Address6 is { } second ? new InterfaceAddress(index, second, endpoint.PrefixLength6) : null);
            AddWireRoutes(attachment, index);
            ApplySwitches(attachment);
            if (attachment.Network.NameResolution)
            {
                StartNameServer(renew: false);
            }

            if (hostLink is { } link)
            {
                SetNeighbors(attachment);
                await WaitForCarrierAsync(link, cancellationToken).ConfigureAwait(false);
                await WaitForCarrierAsync(attachment.Segment.BridgeIndex, cancellationToken).ConfigureAwait(false);
            }

            MoveGateway(attachments, next);
        }
        catch
        {
            DeleteInterface(endpoint);
            throw;
        }

        attachments = next;
        attachment.Segment.AddNames(endpoint);
        return endpoint;
    }

    /// <returns>The host's end; null where there is none.</returns>
    private int? CreateInterface(Attachment attachment)
    {
        var endpoint = attachment.Endpoint;
        if (attachment.Network.Parent is { } parent)
        {
            var wire = host.Routes.FindLink(parent.Interface) ?? throw GantryException.NotFound($"parent interface {parent.Interface} was not found");
            host.Routes.CreateShared(parent.Kind, endpoint.InterfaceName, wire.Index, parent.Mode, parent.Flag, networkNamespace.Number, endpoint.MacAddress, Math.Min(attachment.Network.Mtu, wire.Mtu));
            return null;
        }

        host.Routes.CreateVeth(new VethRequest
        {
            Name = endpoint.HostInterface,
            Master = attachment.Segment.BridgeIndex,
            PeerName = endpoint.InterfaceName,
            PeerAddress = endpoint.MacAddress,
            PeerNamespace = networkNamespace.Number,
            Mtu = attachment.Network.Mtu,
        });
        var link = host.Routes.FindLink(endpoint.HostInterface)!.Index;
        try
        {
            SetPort(link, attachment.Network);
            return link;
        }
        catch
        {
            host.Routes.DeleteLink(link);
            throw;
        }
    }

    /// <summary>Missing is success. A pair goes with its host's end.</summary>
    private void DeleteInterface(EndpointState endpoint)
    {
        var socket = endpoint.HostInterface.Length > 0 ? host.Routes : routes;
        if (socket.FindLink(endpoint.HostInterface.Length > 0 ? endpoint.HostInterface : endpoint.InterfaceName) is { } link)
        {
            socket.DeleteLink(link.Index);
        }
    }

    private void SetNeighbors(Attachment attachment)
    {
        var network = attachment.Network;
        foreach (var address in attachment.Endpoint.Addresses.Where(address => (address == attachment.Endpoint.Address ? network.Gateway : network.Gateway6) is not null))
        {
            host.Routes.SetNeighbor(attachment.Segment.BridgeIndex, address, attachment.Endpoint.MacAddress);
        }
    }

    /// <summary>Where the kernel routes for containers, all the world is on the wire, unless another network is the way out.</summary>
    private void AddWireRoutes(Attachment attachment, int index)
    {
        if (attachment.Network is not { Parent.IsRouted: true, Internal: false })
        {
            return;
        }

        var way = WayOut.Choose(attachments);
        if (attachment.Endpoint.Address is not null && way.IPv4 is null)
        {
            routes.AddRoute(new IPNetwork(IPAddress.Any, 0), index, null);
        }

        if (attachment.Endpoint.Address6 is not null && way.IPv6 is null)
        {
            routes.AddRoute(new IPNetwork(IPAddress.IPv6Any, 0), index, null);
        }
    }

    private void ApplySwitches(Attachment attachment)
    {
        if (attachment.Request.Switches.Count == 0)
        {
            return;
        }

        networkNamespace.Run(() =>
        {
            foreach (var (path, value) in attachment.Request.Switches)
            {
                File.WriteAllText("/proc/sys/" + path.Replace("IFNAME", attachment.Endpoint.InterfaceName, StringComparison.Ordinal), value);
            }

            return true;
        });
    }

    /// <summary>
    /// Isolation keeps neighbours apart where no firewall looks, on the bridge. Hairpin is for a container that asks for its own
    /// published port: with br_netfilter active the translated frame never leaves the bridge and goes back by the port it came in.
    /// </summary>
    private void SetPort(int hostLink, BridgeNetwork network) =>
        host.Routes.SetPort(hostLink, hairpin: true, isolated: !network.InterContainer);

    /// <summary>
    /// The kernel opens the bridge's port a moment after the link is up (linkwatch); what is sent before is lost, and asked again
    /// a second later. It takes some 0.1 ms, hence no sleep at first. The first port of a bridge brings the bridge itself up, in the
    /// same way and after it: until then the host can send nothing by it, not even the answer to who the gateway is.
    /// </summary>
    private async Task WaitForCarrierAsync(int index, CancellationToken cancellationToken)
    {
        for (var (started, tries) = (Stopwatch.GetTimestamp(), 0); host.Routes.FindLink(index) is not { IsOperational: true }; tries++)
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

    private void SetGateway(IPAddress? gateway, bool ipv6)
    {
        if (gateway is null)
        {
            routes.RemoveDefaultRoute(ipv6);
        }
        else
        {
            routes.SetDefaultRoute(gateway);
        }
    }
}
