namespace Gantry.Networking;

public sealed partial class Sandbox
{
    /// <summary>The container ended: addresses, ports, names, resolver and namespace are let go. After this the object is dead.</summary>
    public ValueTask ReleaseAsync() => EndAsync(undo: true);

    /// <summary>The daemon stops but the container lives: lets go without undoing anything in the kernel.</summary>
    public ValueTask DisposeAsync() => EndAsync(undo: false);

    private async ValueTask EndAsync(bool undo)
    {
        await gate.WaitAsync().ConfigureAwait(false);
        try
        {
            if (released)
            {
                return;
            }

            released = true;
            host.Sandboxes.TryRemove(this, out _);
            if (nameServer is not null)
            {
                await nameServer.DisposeAsync().ConfigureAwait(false);
            }

            if (undo)
            {
                await LeaveDriversAsync().ConfigureAwait(false);
            }

            LetGo(undo);
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>
    /// The order matters: a port leads nowhere before its address can be another container's. The interfaces go with the
    /// namespace, some 20 ms later (deleting one would wait for as long): down, they do not answer for the next owner of their
    /// address meanwhile.
    /// </summary>
    private void LetGo(bool undo)
    {
        var ports = Ports;
        foreach (var attachment in attachments)
        {
            attachment.Segment.RemoveNames(attachment.Endpoint);
        }

        if (undo)
        {
            host.Unpublish([.. Leads]);
            host.ForgetFlows(ports);
            foreach (var attachment in attachments)
            {
                TakeDown(attachment.Endpoint);
            }
        }

        foreach (var port in published)
        {
            host.Ports.Release(port);
        }

        routes.Dispose();
        networkNamespace.Dispose();
        foreach (var attachment in attachments)
        {
            attachment.Segment.ReleaseAddresses(attachment.Endpoint);
        }
    }

    private void TakeDown(EndpointState endpoint)
    {
        if (endpoint.HostInterface.Length > 0 && host.Routes.FindLink(endpoint.HostInterface) is { } link)
        {
            host.Routes.SetDown(link.Index);
        }
    }
}
