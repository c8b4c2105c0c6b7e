using Gantry.Core;
using Gantry.Linux.Namespaces;
using Gantry.Linux.Netlink;
using Gantry.Networking.Names;

namespace Gantry.Networking;

/// <summary>
/// One container's network namespace and its endpoints. Changes happen one at a time; readers (the resolver, inspection) see
/// snapshots.
/// </summary>
public sealed partial class Sandbox : IAsyncDisposable
{
    internal const int LoopbackIndex = 1;

    private readonly SemaphoreSlim gate = new(1, 1);
    private readonly NetworkHost host;
    private readonly SandboxOptions options;
    private readonly NetworkNamespace networkNamespace;

    // Opened inside the namespace, so that nothing needs to enter it again.
    private readonly RouteSocket routes;
    private readonly NameResolver resolver;

    // In order of connecting.
    private volatile Attachment[] attachments = [];
    private NameServer? nameServer;
    private bool released;

    internal Sandbox(NetworkHost host, SandboxOptions options, NetworkNamespace networkNamespace, RouteSocket routes)
    {
        (this.host, this.options, this.networkNamespace, this.routes) = (host, options, networkNamespace, routes);
        resolver = new NameResolver(() => attachments);
    }

    /// <summary>/proc/DAEMONPID/fd/N: what the OCI spec joins.</summary>
    public string NamespacePath => networkNamespace.Path;

    internal NetworkNamespace Namespace => networkNamespace;

    public IReadOnlyList<EndpointState> Endpoints => [.. attachments.Select(attachment => attachment.Endpoint)];

    /// <summary>The names a container answers to change (rename).</summary>
    public void Rename(string networkId, IReadOnlyList<string> names)
    {
        gate.Wait();
        try
        {
            ThrowIfReleased();
            var current = GetAttachment(networkId);
            var renamed = current with { Endpoint = current.Endpoint with { Names = names } };
            current.Segment.RemoveNames(current.Endpoint);
            current.Segment.AddNames(renamed.Endpoint);
            attachments = [.. attachments.Select(attachment => attachment == current ? renamed : attachment)];
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<T> ExclusivelyAsync<T>(Func<T> change, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ThrowIfReleased();
            return change();
        }
        finally
        {
            gate.Release();
        }
    }

    private Attachment GetAttachment(string networkId) =>
        attachments.FirstOrDefault(attachment => attachment.Endpoint.NetworkId == networkId)
        ?? throw GantryException.NotFound($"container {options.Owner.Short} is not connected to network {networkId}");

    private void StartNameServer(bool renew) =>
        nameServer ??= NameServer.Start(networkNamespace, resolver, host.Upstream, options.Dns, renew);

    private void ThrowIfReleased() => ObjectDisposedException.ThrowIf(released, this);
}
