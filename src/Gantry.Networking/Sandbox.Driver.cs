using System.Net;
using Gantry.Core;
using Gantry.Linux;
using Gantry.Linux.Namespaces;
using Gantry.Linux.Netlink;

namespace Gantry.Networking;

/// <summary>Endpoints whose interfaces a program outside makes: they are taken from the host and given back to it.</summary>
public sealed partial class Sandbox
{
    private async Task<EndpointState> AttachByDriverAsync(Attachment attachment, CancellationToken cancellationToken)
    {
        var driver = attachment.Request.Driver ?? throw new InvalidOperationException($"network {attachment.Network.Name} needs an endpoint driver");
        var made = await driver.JoinAsync(attachment.Endpoint, NamespacePath, cancellationToken).ConfigureAwait(false);
        var endpoint = Described(attachment.Endpoint, made, InterfaceName(attachment.Request.InterfaceName, made.Prefix));
        try
        {
            endpoint = endpoint with { MacAddress = TakeInterface(endpoint, made) };
            attachment = attachment with { Endpoint = endpoint };
            ApplySwitches(attachment);
            if (attachment.Network.NameResolution)
            {
                StartNameServer(renew: false);
            }

            Attachment[] next = [.. attachments, attachment];
            if (WayOut.Choose(next).Has(attachment))
            {
                await driver.OpenAsync(endpoint, cancellationToken).ConfigureAwait(false);
            }

            MoveGateway(attachments, next);
            attachments = next;
            attachment.Segment.AddNames(endpoint);
            return endpoint;
        }
        catch
        {
            GiveBack(endpoint);
            await driver.LeaveAsync(endpoint, opened: false).ConfigureAwait(false);
            throw;
        }
    }

    private static EndpointState Described(EndpointState endpoint, ForeignInterface made, string name) => endpoint with
    {
        InterfaceName = name,
        SourceInterface = made.Name,
        Address = made.Address?.Address ?? endpoint.Address,
        PrefixLength = made.Address?.PrefixLength ?? endpoint.PrefixLength,
        Address6 = made.Address6?.Address ?? endpoint.Address6,
        PrefixLength6 = made.Address6?.PrefixLength ?? endpoint.PrefixLength6,
        Gateway = made.Gateway,
        Gateway6 = made.Gateway6,
    };

    /// <returns>Its hardware address.</returns>
    private MacAddress TakeInterface(EndpointState endpoint, ForeignInterface made)
    {
        var source = host.Routes.FindLink(made.Name)
            ?? throw new GantryException(ErrorKind.Internal, $"failed to add interface {made.Name} to sandbox: failed to get link by name \"{made.Name}\": Link not found");
        host.Routes.MoveLink(source.Index, endpoint.InterfaceName, networkNamespace.Number, made.MacAddress);
        var link = routes.FindLink(endpoint.InterfaceName)!;
        var second = endpoint.Address6 is { } address6 ? new InterfaceAddress(link.Index, address6, endpoint.PrefixLength6) : null;
        if (endpoint.Address is not { } address || address.Equals(IPAddress.Any))
        {
            throw new GantryException(ErrorKind.Internal, $"the driver of network {endpoint.NetworkId} gave no address");
        }

        routes.ConfigureInterface(link.Index, new InterfaceAddress(link.Index, address, endpoint.PrefixLength), second);

        // What is on the wire first: it leads to the others' next hops.
        foreach (var (destination, nextHop) in made.Routes.OrderBy(route => route.NextHop is not null))
        {
            routes.AddRoute(destination, link.Index, nextHop);
        }

        return MacAddress.Parse(string.Join(':', link.HardwareAddress.Select(octet => octet.ToString("x2", System.Globalization.CultureInfo.InvariantCulture))));
    }

    private async Task LeaveDriversAsync()
    {
        var opened = WayOut.Choose(attachments);
        foreach (var attachment in attachments.Where(attachment => attachment.Network.Driver is not null))
        {
            await LeaveDriverAsync(attachment, opened.Has(attachment)).ConfigureAwait(false);
        }
    }

    private async Task LeaveDriverAsync(Attachment attachment, bool opened)
    {
        GiveBack(attachment.Endpoint);
        if (attachment.Request.Driver is { } driver)
        {
            await driver.LeaveAsync(attachment.Endpoint, opened).ConfigureAwait(false);
        }
    }

    /// <summary>Back on the host under the name by which its driver knows it. Missing is success.</summary>
    private void GiveBack(EndpointState endpoint)
    {
        try
        {
            if (endpoint.SourceInterface is { } name && routes.FindLink(endpoint.InterfaceName) is { } link)
            {
                using var here = NetworkNamespace.OfProcess(Environment.ProcessId);
                routes.MoveLink(link.Index, name, here.Number);
            }
        }
        catch (LinuxException)
        {
            // It ends with the namespace, and its driver is told either way.
        }
    }
}
