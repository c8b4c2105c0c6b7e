using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Gantry.Registry.Tests;

/// <summary>Debian's docker-registry (group <c>registry</c> of scripts/packages) on a loopback port, in a folder of its own.</summary>
internal sealed class DockerRegistry : IDisposable
{
    public const string Program = "/usr/bin/docker-registry";

    // As htpasswd -B would write it: me, secret.
    private const string Users = "me:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a\n";

    private readonly string directory = Directory.CreateTempSubdirectory("gantry-docker-registry-").FullName;
    private readonly Process process;

    private DockerRegistry(bool authenticated)
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Host = $"127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
        }

        var users = Path.Combine(directory, "users");
        File.WriteAllText(users, Users);
        var authentication = authenticated ? $"auth: {{ htpasswd: {{ realm: test, path: {users} }} }}" : "";
        File.WriteAllText(Path.Combine(directory, "config.yml"), $"""
            version: 0.1
            log:
              level: error
            storage:
              filesystem:
                rootdirectory: {directory}/data
            http:
              addr: "{Host}"
            {authentication}
            """);
        process = Process.Start(new ProcessStartInfo(Program, ["serve", Path.Combine(directory, "config.yml")]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
    }

    public string Host { get; }

    public static async Task<DockerRegistry> StartAsync(bool authenticated = false)
    {
        Assert.SkipUnless(File.Exists(Program), "docker-registry is not installed");
        var registry = new DockerRegistry(authenticated);
        var address = IPEndPoint.Parse(registry.Host);
        for (var watch = Stopwatch.StartNew(); watch.Elapsed < TimeSpan.FromSeconds(10); await Task.Delay(20))
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(address);
                return registry;
            }
            catch (SocketException)
            {
            }
        }

        registry.Dispose();
        throw new TimeoutException("docker-registry did not start");
    }

    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        Directory.Delete(directory, recursive: true);
    }
}
