using System.Net;
using System.Net.Sockets;
using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Doors;

/// <summary>A daemon with a TLS door and a configuration file.</summary>
public sealed class DoorDaemon : PrivateDaemon
{
    private readonly string folder = System.IO.Directory.CreateTempSubdirectory("gantry-doors-").FullName;

    public DoorDaemon()
        : base('f')
    {
        TestCertificates.Write(folder);
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        Port = ((IPEndPoint)probe.LocalEndpoint).Port;
        Configure("""{"labels": ["where=here"], "log-opts": {"max-size": "3m"}, "max-concurrent-downloads": 2}""");
    }

    public int Port { get; }

    public string Url => $"tcp://127.0.0.1:{Port}";

    public string Certificates(string whose) => Path.Combine(folder, whose);

    public void Configure(string json) => File.WriteAllText(Path.Combine(folder, "daemon.json"), json);

    /// <summary>Variables of a client that comes through the TLS door.</summary>
    public Dictionary<string, string> Through(string whose, bool tls = true) => new()
    {
        ["DOCKER_HOST"] = Url,
        ["DOCKER_TLS_VERIFY"] = tls ? "1" : "",
        ["DOCKER_CERT_PATH"] = tls ? Certificates(whose) : "",
    };

    protected override IReadOnlyList<string> MoreArguments =>
    [
        "-H", Url, "--tlsverify", "--tlscacert", Certificates("server") + "/ca.pem", "--tlscert", Certificates("server") + "/cert.pem", "--tlskey", Certificates("server") + "/key.pem",
        "--config-file", Path.Combine(folder, "daemon.json"),
    ];

    protected override Task OnRemovedAsync()
    {
        System.IO.Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }
}
