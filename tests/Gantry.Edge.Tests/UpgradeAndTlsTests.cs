using System.Net;
using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gantry.Edge.Tests.Servers;
using Gantry.Edge.Tls;
using Microsoft.AspNetCore.Http;

namespace Gantry.Edge.Tests;

public sealed class UpgradeAndTlsTests
{
    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Web_sockets_pass_through_over_either_version(string version)
    {
        await using var app = await AppServer.StartAsync("a", EchoAsync);
        await using var edge = await StartTlsAsync(app);
        using var invoker = Trusting(edge);
        using var socket = new ClientWebSocket();
        socket.Options.HttpVersion = Version.Parse(version);
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        await socket.ConnectAsync(new Uri($"wss://localhost:{new Uri(edge.Server.Addresses[0]).Port}/ws"), invoker, CancellationToken.None);
        await socket.SendAsync(Encoding.UTF8.GetBytes("hello"), WebSocketMessageType.Text, true, CancellationToken.None);
        var buffer = new byte[100];
        var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
        Assert.Equal("hello", Encoding.UTF8.GetString(buffer, 0, received.Count));
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);
        Assert.Equal(WebSocketCloseStatus.NormalClosure, socket.CloseStatus);
    }

    [Fact]
    public async Task Https_by_the_local_authority_speaks_h2_and_http_1_1()
    {
        await using var app = await AppServer.StartAsync("a");
        await using var edge = await StartTlsAsync(app);
        using var client = Trusting(edge);
        foreach (var version in new[] { HttpVersion.Version20, HttpVersion.Version11 })
        {
            var request = new HttpRequestMessage(HttpMethod.Get, $"https://localhost:{new Uri(edge.Server.Addresses[0]).Port}/")
            {
                Version = version,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            using var response = await client.SendAsync(request, CancellationToken.None);
            Assert.Equal((version, "a"), (response.Version, await response.Content.ReadAsStringAsync()));
        }
    }

    [Fact]
    public void The_authority_is_made_once_and_its_leaf_anew_when_hosts_are_added()
    {
        var folder = Directory.CreateTempSubdirectory("gantry-edge-test-");
        try
        {
            var (first, authority) = new LocalAuthority(folder.FullName, TimeProvider.System).Issue([]);
            var (again, _) = new LocalAuthority(folder.FullName, TimeProvider.System).Issue(["localhost"]);
            var (more, same) = new LocalAuthority(folder.FullName, TimeProvider.System).Issue(["shop.test", "10.0.0.1"]);
            Assert.Equal(first.Thumbprint, again.Thumbprint);
            Assert.NotEqual(first.Thumbprint, more.Thumbprint);
            Assert.Equal(authority.Thumbprint, same.Thumbprint);
            Assert.True(more.MatchesHostname("shop.test") && more.MatchesHostname("localhost") && more.MatchesHostname("10.0.0.1"));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder.FullName, "ca.key")));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static Task<Servers.Edge> StartTlsAsync(AppServer app) => Servers.Edge.StartAsync($$"""
        { "listeners": [{ "address": "127.0.0.1:0", "tls": { } }], "admin": { "address": "127.0.0.1:0" },
          "routes": [{ "cluster": "app" }], "clusters": { "app": { "destinations": ["{{app.Address}}"] } } }
        """);

    /// <summary>A client that trusts the edge's own authority and no other.</summary>
    private static HttpMessageInvoker Trusting(Servers.Edge edge)
    {
        var root = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(edge.Folder, "tls", "ca.pem"));
        return new HttpMessageInvoker(new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { root }, RevocationMode = X509RevocationMode.NoCheck },
            },
        });
    }

    private static async Task EchoAsync(HttpContext context)
    {
        var feature = context.Features.Get<Microsoft.AspNetCore.Http.Features.IHttpUpgradeFeature>()!;
        Assert.True(feature.IsUpgradableRequest);
        var key = context.Request.Headers["Sec-WebSocket-Key"].ToString();
#pragma warning disable CA5350 // RFC 6455 has it so.
        context.Response.Headers.SecWebSocketAccept = Convert.ToBase64String(System.Security.Cryptography.SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
#pragma warning restore CA5350
        context.Response.Headers.Upgrade = "websocket";
        context.Response.Headers.Connection = "Upgrade";
        await using var stream = await feature.UpgradeAsync();
        using var socket = WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true });
        var buffer = new byte[100];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer, CancellationToken.None);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);
                return;
            }

            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, CancellationToken.None);
        }
    }
}
