using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.Features;

namespace Gantry.Edge.Forwarding;

/// <summary>
/// A request to switch protocols: HTTP/1.1's Upgrade, or a WebSocket over h2 (extended CONNECT, RFC 8441), which the
/// destination sees as HTTP/1.1's.
/// </summary>
internal sealed class Upgrade
{
    private readonly IHttpUpgradeFeature? http1;
    private readonly IHttpExtendedConnectFeature? http2;
    private readonly string protocol;

    private Upgrade(IHttpUpgradeFeature? http1, IHttpExtendedConnectFeature? http2, string protocol) =>
        (this.http1, this.http2, this.protocol) = (http1, http2, protocol);

    public static Upgrade? Of(HttpContext context)
    {
        if (context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true, Protocol: "websocket" } connect)
        {
            return new Upgrade(null, connect, "websocket");
        }

        return context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } upgrade && context.Request.Headers.Upgrade is [{ } protocol]
            && !protocol.StartsWith("h2", StringComparison.OrdinalIgnoreCase)
            ? new Upgrade(upgrade, null, protocol)
            : null;
    }

    public void Apply(HttpRequestMessage message)
    {
        message.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        message.Headers.TryAddWithoutValidation("Upgrade", protocol);
        if (http2 is not null)
        {
            message.Headers.TryAddWithoutValidation("Sec-WebSocket-Key", Convert.ToBase64String(RandomNumberGenerator.GetBytes(16)));
        }
    }

    /// <summary>Answers the client (101, or h2's 200) and moves bytes both ways until either side ends.</summary>
    public async Task RelayAsync(HttpContext context, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (http1 is not null)
        {
            context.Response.Headers.Connection = "Upgrade";
            context.Response.Headers.Upgrade = protocol;
        }
        else
        {
            // The key was ours, not the client's.
            context.Response.Headers.Remove("Sec-WebSocket-Accept");
            context.Response.StatusCode = StatusCodes.Status200OK;
        }

        await using var client = http1 is not null ? await http1.UpgradeAsync() : await http2!.AcceptAsync();
        await using var server = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] directions = [PumpAsync(client, server, end.Token), PumpAsync(server, client, end.Token)];
        await Task.WhenAny(directions);
        await end.CancelAsync();
        await Task.WhenAll(directions).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private static async Task PumpAsync(Stream from, Stream to, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            await to.FlushAsync(cancellationToken);
        }
    }
}
