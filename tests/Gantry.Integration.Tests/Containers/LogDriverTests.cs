using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Containers;

/// <summary>Log drivers with real listeners: what arrives, what <c>docker logs</c> still reads, and what a dead daemon costs.</summary>
public sealed class LogDriverTests(ForwardingDaemon daemon) : IClassFixture<ForwardingDaemon>
{
    [Fact]
    public async Task Json_lines_carry_the_attributes_that_were_asked_for()
    {
        await daemon.Either.DoAsync("run", "--name", "attributed", "--label", "team=blue", "-e", "STAGE=test", "--log-opt", "labels=team", "--log-opt", "env-regex=^STA", "--log-opt", "tag={{.Name}}", "busybox", "echo", "hi");
        var record = await File.ReadAllTextAsync(await daemon.InspectAsync("attributed", "{{.LogPath}}"), TestContext.Current.CancellationToken);
        Assert.StartsWith("{\"log\":\"hi\\n\",\"stream\":\"stdout\",\"attrs\":{\"STAGE\":\"test\",\"tag\":\"attributed\",\"team\":\"blue\"},\"time\":\"", record, StringComparison.Ordinal);
        Assert.Equal("STAGE=test,tag=attributed,team=blue hi", await daemon.Either.DoAsync("logs", "--details", "attributed"));
        await daemon.Either.DoAsync("rm", "attributed");
    }

    [Fact]
    public async Task Compressed_rotated_files_are_read_like_others()
    {
        await daemon.Either.DoAsync("run", "--name", "packed", "--log-opt", "max-size=20k", "--log-opt", "max-file=4", "--log-opt", "compress=true", "busybox", "seq", "1", "2000");
        var path = await daemon.InspectAsync("packed", "{{.LogPath}}");
        await Eventually.EqualAsync("3", () => Task.FromResult($"{new FileInfo(path).Directory!.GetFiles("*.gz").Length}"));
        var lines = (await daemon.Either.DoAsync("logs", "packed")).Split('\n').Select(int.Parse).ToArray();
        Assert.Equal(Enumerable.Range(2001 - lines.Length, lines.Length), lines);
        Assert.True(lines.Length > 600, $"{lines.Length} lines");
        await daemon.Either.DoAsync("rm", "packed");
    }

    [Theory]
    [InlineData("", "^<30>[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d teller\\[\\d+\\]: to stdout\n$")]
    [InlineData("rfc3164", "^<30>[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d \\S+ teller\\[\\d+\\]: to stdout\n$")]
    [InlineData("rfc5424", "^<30>1 \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(Z|[+-]\\d\\d:\\d\\d) \\S+ teller \\d+ teller - to stdout\n$")]
    [InlineData("rfc5424micro", "^<30>1 \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}(Z|[+-]\\d\\d:\\d\\d) \\S+ teller \\d+ teller - to stdout\n$")]
    public async Task Syslog_over_udp_in_each_format(string format, string pattern)
    {
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var address = $"udp://127.0.0.1:{((IPEndPoint)server.Client.LocalEndPoint!).Port}";
        await daemon.Either.DoAsync("run", "--name", "teller", "--log-driver", "syslog", "--log-opt", "syslog-address=" + address, "--log-opt", "syslog-format=" + format, "--log-opt", "tag={{.Name}}", "busybox", "sh", "-c", "echo to stdout; usleep 100000; echo to stderr >&2");
        Assert.Matches(pattern, await ReceiveAsync(server));
        Assert.Matches("^<27>.*to stderr\n$", await ReceiveAsync(server));
        Assert.Equal(new Outcome(0, "to stdout\n", "to stderr\n"), await daemon.Either.RunAsync("logs", "teller"));
        Assert.Equal("", await daemon.InspectAsync("teller", "{{.LogPath}}"));
        await daemon.Either.DoAsync("rm", "teller");
    }

    [Fact]
    public async Task Syslog_facility_by_name_and_a_disabled_cache()
    {
        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var address = $"udp://127.0.0.1:{((IPEndPoint)server.Client.LocalEndPoint!).Port}";
        await daemon.Either.DoAsync("run", "--name", "uncached", "--log-driver", "syslog", "--log-opt", "syslog-address=" + address, "--log-opt", "syslog-facility=local3", "--log-opt", "cache-disabled=true", "busybox", "echo", "x");
        Assert.StartsWith("<158>", await ReceiveAsync(server), StringComparison.Ordinal);
        Assert.Contains("configured logging driver does not support reading", (await daemon.Either.RunAsync("logs", "uncached")).Error, StringComparison.Ordinal);
        await daemon.Either.DoAsync("rm", "uncached");
    }

    [Fact]
    public async Task Syslog_over_a_unix_socket()
    {
        var path = Path.Combine(daemon.Directory, "syslog.sock");
        using var server = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        server.Bind(new UnixDomainSocketEndPoint(path));
        await daemon.Either.DoAsync("run", "--rm", "--log-driver", "syslog", "--log-opt", "syslog-address=unix://" + path, "busybox", "echo", "through a file");
        var buffer = new byte[1000];
        var length = await server.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
        Assert.EndsWith(": through a file\n", Encoding.UTF8.GetString(buffer, 0, length), StringComparison.Ordinal);

        // A collector that has gone for good does not keep a daemon from coming up.
        await daemon.Either.DoAsync("run", "--name", "bereft", "--log-driver", "syslog", "--log-opt", "syslog-address=unix://" + path, "busybox", "true");
        File.Delete(path);
        await daemon.KillAndStartAsync();
        Assert.Contains("no such file or directory", (await daemon.Either.RunAsync("start", "bereft")).Error, StringComparison.Ordinal);
        await daemon.Either.DoAsync("rm", "bereft");
    }

    [Fact]
    public async Task Syslog_over_tls_counts_its_bytes_and_checks_the_certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var authority = Path.Combine(daemon.Directory, "ca.pem");
        await File.WriteAllTextAsync(authority, certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var address = $"tcp+tls://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
        var received = Task.Run(async () =>
        {
            // The first client does not know the authority and hangs up.
            for (var attempt = 0; ; attempt++)
            {
                try
                {
                    using var client = await listener.AcceptTcpClientAsync();
                    await using var stream = new SslStream(client.GetStream());
                    await stream.AuthenticateAsServerAsync(certificate);
                    using var reader = new StreamReader(stream);
                    if (await reader.ReadLineAsync() is { } line)
                    {
                        return line;
                    }
                }
                catch (Exception error) when (attempt < 5 && error is IOException or System.Security.Authentication.AuthenticationException)
                {
                }
            }
        }, TestContext.Current.CancellationToken);
        string[] common = ["--log-driver", "syslog", "--log-opt", "syslog-address=" + address, "--log-opt", "syslog-format=rfc5424"];
        Assert.Equal(125, (await daemon.Either.RunAsync(["run", "--rm", .. common, "busybox", "true"])).ExitCode);
        await daemon.Either.DoAsync(["run", "--rm", .. common, "--log-opt", "syslog-tls-ca-cert=" + authority, "busybox", "echo", "secret"]);
        Assert.Matches("^\\d+ <30>1 .* - secret$", await received.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
        File.Delete(authority);
    }

    [Fact]
    public async Task No_line_is_lost_while_the_daemon_or_the_collector_is_away()
    {
        using var first = new TcpListener(IPAddress.Loopback, 0);
        first.Start();
        var port = ((IPEndPoint)first.LocalEndpoint).Port;
        var seen = new List<string>();
        var connection = ReadAsync(first, seen);
        await daemon.Either.DoAsync("run", "-d", "--name", "counting", "--log-driver", "syslog", "--log-opt", $"syslog-address=tcp://127.0.0.1:{port}", "busybox", "sh", "-c", "for i in $(seq 300); do echo n$i; usleep 10000; done");
        await Task.Delay(500, TestContext.Current.CancellationToken);
        await daemon.KillAsync();
        await Task.Delay(700, TestContext.Current.CancellationToken);
        first.Stop();
        await daemon.StartAsync();
        await Task.Delay(500, TestContext.Current.CancellationToken);
        using var second = new TcpListener(IPAddress.Loopback, port);
        second.Start();
        var connection2 = ReadAsync(second, seen);
        await Eventually.EqualAsync("300", () => Task.FromResult($"{Numbers(seen).Count()}"));

        // All of them, in order; the last second before the kill may have come twice.
        Assert.Equal(Enumerable.Range(1, 300), Numbers(seen));
        await daemon.Either.DoAsync("rm", "-f", "counting");
        await Task.WhenAll(connection, connection2);
    }

    private static IEnumerable<int> Numbers(List<string> lines)
    {
        lock (lines)
        {
            return [.. lines.Select(line => int.Parse(line[(line.LastIndexOf(": n", StringComparison.Ordinal) + 3)..], System.Globalization.CultureInfo.InvariantCulture)).Distinct()];
        }
    }

    private static async Task ReadAsync(TcpListener listener, List<string> lines)
    {
        try
        {
            using var client = await listener.AcceptTcpClientAsync();
            using var reader = new StreamReader(client.GetStream());
            while (await reader.ReadLineAsync() is { } line)
            {
                lock (lines)
                {
                    lines.Add(line);
                }
            }
        }
        catch (Exception error) when (error is IOException or SocketException)
        {
        }
    }

    private static async Task<string> ReceiveAsync(UdpClient server)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        return Encoding.UTF8.GetString((await server.ReceiveAsync(patience.Token)).Buffer);
    }
}
