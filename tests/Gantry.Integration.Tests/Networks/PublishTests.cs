using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Networks;

public sealed class PublishTests(SharedDaemon daemon)
{
    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task A_published_tcp_port_answers_on_loopback_and_on_the_hosts_address(Tool tool)
    {
        var port = HostPort.Free();
        var name = $"web-{tool}";
        await daemon.By(tool).DoAsync("run", "-d", "--name", name, "-p", $"{port}:80", "busybox", "httpd", "-f", "-h", "/www");
        await HostPort.AwaitAsync(port);
        if (HostPort.OwnAddress() is { } own)
        {
            Assert.Equal("a page\n", await HostPort.GetAsync(own.ToString(), port));
        }

        // From another container, by way of the host.
        var gateway = await daemon.InspectAsync(name, "{{.NetworkSettings.Gateway}}");
        Assert.Equal("a page", await daemon.By(tool).DoAsync("run", "--rm", "busybox", "wget", "-qO-", $"http://{gateway}:{port}/"));
        Assert.Contains($":{port}", await daemon.By(tool).DoAsync("port", name, "80"), StringComparison.Ordinal);
        await daemon.By(tool).DoAsync("rm", "-f", name);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => HostPort.GetAsync("127.0.0.1", port));
    }

    [Fact]
    public async Task A_port_is_published_on_IPv6_too_and_one_that_is_bound_is_not_published_twice()
    {
        Assert.SkipUnless(Socket.OSSupportsIPv6 && File.Exists("/proc/net/if_inet6"), "no IPv6");
        var port = HostPort.Free();
        await daemon.Either.DoAsync("run", "-d", "--name", "both", "-P", "--expose", "80", "--expose", "81", "-p", $"{port}:80", "busybox", "httpd", "-f", "-h", "/www");
        await HostPort.AwaitAsync(port);
        Assert.Equal($"0.0.0.0:{port}\n[::]:{port}", (await daemon.Either.DoAsync("port", "both", "80")).Trim());
        var lines = (await daemon.Either.DoAsync("port", "both")).Trim().Split('\n');
        Assert.Equal(["80/tcp -> 0.0.0.0", "80/tcp -> [::]", "81/tcp -> 0.0.0.0", "81/tcp -> [::]"], lines.Select(line => line[..line.LastIndexOf(':')]));
        Assert.Contains($"0.0.0.0:{port}->80/tcp, [::]:{port}->80/tcp", await daemon.Either.DoAsync("ps", "--filter", "name=both", "--format", "{{.Ports}}"), StringComparison.Ordinal);
        Assert.Equal("a page\n", await HostPort.GetAsync("[::1]", port));
        await daemon.Either.DoAsync("rm", "-f", "both");
    }

    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task A_published_udp_port_answers(Tool tool)
    {
        var port = HostPort.Free();
        await daemon.By(tool).DoAsync("run", "-d", "--name", $"udp-{tool}", "-p", $"{port}:5000/udp", "busybox", "udp-echo");
        await Eventually.EqualAsync("echo: hello", async () =>
        {
            try
            {
                return await HostPort.AskUdpAsync("127.0.0.1", port, "hello");
            }
            catch (Exception silence) when (silence is SocketException or OperationCanceledException)
            {
                return silence.Message;
            }
        });
        if (HostPort.OwnAddress() is { } own)
        {
            Assert.Equal("echo: hello", await HostPort.AskUdpAsync(own.ToString(), port, "hello"));
        }

        await daemon.By(tool).DoAsync("rm", "-f", $"udp-{tool}");
    }

    [Fact]
    public async Task A_port_of_one_address_is_not_open_on_another_and_a_random_one_is_told()
    {
        await daemon.Either.DoAsync("run", "-d", "--name", "local-only", "-p", "127.0.0.1::80", "busybox", "httpd", "-f", "-h", "/www");
        var port = (await daemon.Either.DoAsync("port", "local-only", "80/tcp")).Split(':')[1];
        await HostPort.AwaitAsync(port);
        if (HostPort.OwnAddress() is { } own)
        {
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => HostPort.GetAsync(own.ToString(), port));
        }

        await daemon.Either.DoAsync("rm", "-f", "local-only");
    }

    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task A_port_of_another_container_is_refused_and_free_after_it_goes(Tool tool)
    {
        var client = daemon.By(tool);
        var port = HostPort.Free();
        await client.DoAsync("run", "-d", "--name", $"first-{tool}", "-p", $"{port}:80", "busybox", "sleep", "1000");
        (await client.RunAsync("run", "-d", "--name", $"second-{tool}", "-p", $"{port}:80", "busybox", "httpd", "-f", "-h", "/www")).Refused(125, "port is already allocated");
        Assert.Equal("created", await daemon.InspectAsync($"second-{tool}", "{{.State.Status}}"));
        await client.DoAsync("rm", "-f", $"first-{tool}");
        await client.DoAsync("start", $"second-{tool}");
        await HostPort.AwaitAsync(port);
        await client.DoAsync("rm", "-f", $"second-{tool}");
    }

    [Fact]
    public async Task A_port_of_another_process_is_refused_and_a_retry_works_after_it_is_free()
    {
        using (var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            socket.Bind(new IPEndPoint(IPAddress.Any, 0));
            socket.Listen();
            var port = ((IPEndPoint)socket.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture);
            var run = await daemon.Either.RunAsync("run", "-d", "--name", "in-the-way", "-p", $"{port}:80", "busybox", "httpd", "-f", "-h", "/www");
            run.Refused(125, "address already in use");
            Assert.Equal("created 128", await daemon.InspectAsync("in-the-way", "{{.State.Status}} {{.State.ExitCode}}"));
            var id = await daemon.InspectAsync("in-the-way", "{{.Id}}");
            Assert.DoesNotContain(Leftovers.Mounts(daemon), mount => mount.Contains(id, StringComparison.Ordinal));
        }

        await daemon.Either.DoAsync("start", "in-the-way");
        await daemon.Either.DoAsync("rm", "-f", "in-the-way");
    }
}
