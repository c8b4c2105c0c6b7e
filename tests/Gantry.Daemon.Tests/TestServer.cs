using System.Net;
using System.Net.Sockets;
using System.Text;
using Gantry.Daemon.Hosting;
using Gantry.Plugins.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gantry.Daemon.Tests;

/// <summary>The daemon's own server on a socket of its own, with routes a test gives it.</summary>
internal sealed class TestServer : IAsyncDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("gantry-daemon-test").FullName;
    private readonly ApiServer server;

    private readonly IPEndPoint? tcp;

    private TestServer(Action<IEndpointRouteBuilder> map, bool overTcp, IReadOnlyList<AuthorizationPlugin> authorization)
    {
        tcp = overTcp ? FreePort() : null;
        Socket = Path.Combine(directory, "api.sock");
        server = ApiServer.Create([Listener.Unix(Socket), .. tcp is null ? Array.Empty<Listener>() : [new Listener(tcp, "tcp")]], () => authorization, NullLoggerFactory.Instance, map);
    }

    public string Socket { get; }

    public static async Task<TestServer> StartAsync(Action<IEndpointRouteBuilder> map, bool overTcp = false, IReadOnlyList<AuthorizationPlugin>? authorization = null)
    {
        var test = new TestServer(map, overTcp, authorization ?? []);
        await test.server.StartAsync(TestContext.Current.CancellationToken);
        return test;
    }

    public async Task<RawClient> ConnectAsync()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), TestContext.Current.CancellationToken);
        return new RawClient(socket);
    }

    public async Task<RawClient> ConnectTcpAsync()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(tcp!, TestContext.Current.CancellationToken);
        return new RawClient(socket);
    }

    private static IPEndPoint FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return (IPEndPoint)probe.LocalEndpoint;
    }

    /// <summary>One request on a fresh connection, answer as text.</summary>
    public async Task<string> RequestAsync(string method, string path, string headers = "", string body = "")
    {
        using var client = await ConnectAsync();
        await client.SendAsync($"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n{body}");
        return await client.ReadToEndAsync();
    }

    public Task StopAsync() => server.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await server.StopAsync();
        await server.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }
}

/// <summary>A client that writes and reads bytes, to do what HTTP libraries will not.</summary>
internal sealed class RawClient(Socket socket) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly StringBuilder received = new();

    public Task SendAsync(string text) => socket.SendAsync(Encoding.UTF8.GetBytes(text), TestContext.Current.CancellationToken).AsTask();

    public void HalfClose() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>Reads until what came ends with, or holds, the text.</summary>
    public async Task<string> ReadUntilAsync(string text)
    {
        using var timeout = new CancellationTokenSource(Patience);
        var buffer = new byte[4096];
        while (!received.ToString().Contains(text, StringComparison.Ordinal))
        {
            var count = await socket.ReceiveAsync(buffer, timeout.Token);
            Assert.True(count > 0, $"the connection ended without \"{text}\"; received: {received}");
            received.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        return received.ToString();
    }

    public async Task<string> ReadToEndAsync()
    {
        using var timeout = new CancellationTokenSource(Patience);
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer, timeout.Token) is > 0 and var count)
        {
            received.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }

        return received.ToString();
    }

    public void Dispose() => socket.Dispose();
}
