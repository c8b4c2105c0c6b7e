using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Doors;

/// <summary>The API over TCP with TLS: who is let in, and that hijacked streams are the same as over the Unix socket.</summary>
// One after the other: the daemon of each has the same names.
[Collection(nameof(DoorDaemon))]
public sealed class TlsTests(DoorDaemon daemon) : IClassFixture<DoorDaemon>
{
    public static TheoryData<Tool> Tools => [Tool.Gantry, Tool.Docker];

    [Theory]
    [MemberData(nameof(Tools))]
    public async Task A_client_with_a_certificate_is_let_in(Tool tool) =>
        Assert.NotEmpty((await RunAsync(tool, "client", "version", "-f", "{{.Server.Version}}")).Succeeded());

    [Theory]
    [MemberData(nameof(Tools))]
    public async Task Another_authoritys_client_is_refused(Tool tool)
    {
        var refused = await RunAsync(tool, "stranger", "version");
        refused.Refused(1, "error during connect");
        Assert.DoesNotContain("Engine", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_certificate_or_without_tls_there_is_no_answer()
    {
        var bare = await Shell.RunAsync("/usr/bin/curl", ["-sS", "--cacert", daemon.Certificates("client") + "/ca.pem", $"https://127.0.0.1:{daemon.Port}/_ping"]);
        Assert.NotEqual(0, bare.ExitCode);
        Assert.DoesNotContain("OK", bare.Output, StringComparison.Ordinal);
        Assert.Equal(1, (await daemon.Gantry.RunAsync(daemon.Through("client", tls: false), null, "version")).ExitCode);
    }

    [Fact]
    public async Task A_server_of_another_authority_is_refused()
    {
        string[] tls = ["--tlsverify", "--tlscert", daemon.Certificates("client") + "/cert.pem", "--tlskey", daemon.Certificates("client") + "/key.pem", "--tlscacert"];
        (await daemon.Gantry.RunAsync(["-H", daemon.Url, .. tls, daemon.Certificates("stranger") + "/cert.pem", "version"])).Refused(1, "error during connect: tls:");
        (await daemon.Gantry.RunAsync(["-H", daemon.Url, .. tls, daemon.Certificates("client") + "/ca.pem", "version"])).Succeeded();
    }

    [Theory]
    [MemberData(nameof(Tools))]
    public async Task Run_reads_stdin_to_its_end(Tool tool) =>
        Assert.Equal("first\nlast", (await FeedAsync(tool, "first\nlast\n", "run", "--rm", "-i", "busybox", "cat")).Succeeded());

    [Theory]
    [MemberData(nameof(Tools))]
    public async Task Exec_goes_on_after_the_end_of_stdin(Tool tool)
    {
        var name = $"tls-exec-{tool}".ToLowerInvariant();
        await daemon.Gantry.DoAsync("run", "-d", "--name", name, "busybox", "sleep", "1000");
        var exec = await FeedAsync(tool, "in\n", "exec", "-i", name, "sh", "-c", "cat; sleep 0.3; echo after; echo error >&2; exit 7");
        Assert.Equal(new Outcome(7, "in\nafter\n", "error\n"), exec);

        var much = await RunAsync(tool, "client", "exec", name, "sh", "-c", "yes | head -c 20000000");
        Assert.Equal(20_000_000, much.Output.Length);
        await daemon.Gantry.DoAsync("rm", "-f", name);
    }

    [Theory]
    [MemberData(nameof(Tools))]
    public async Task A_context_with_certificates_leads_there(Tool tool)
    {
        var config = Directory.CreateTempSubdirectory("gantry-context-").FullName;
        try
        {
            var client = daemon.By(tool);
            var (variables, folder) = (new Dictionary<string, string> { ["DOCKER_HOST"] = "", ["DOCKER_CONFIG"] = config }, daemon.Certificates("client"));
            (await daemon.Gantry.RunAsync(variables, null, "context", "create", "far", "--docker", $"host={daemon.Url},ca={folder}/ca.pem,cert={folder}/cert.pem,key={folder}/key.pem")).Succeeded();
            Assert.NotEmpty((await client.RunAsync(variables, null, "-c", "far", "version", "-f", "{{.Server.Version}}")).Succeeded());
            (await daemon.Gantry.RunAsync(variables, null, "context", "use", "far")).Succeeded();
            Assert.NotEmpty((await client.RunAsync(variables, null, "version", "-f", "{{.Server.Version}}")).Succeeded());
        }
        finally
        {
            Directory.Delete(config, recursive: true);
        }
    }

    private Task<Outcome> RunAsync(Tool tool, string whose, params string[] arguments) => daemon.By(tool).RunAsync(daemon.Through(whose), null, arguments);

    private Task<Outcome> FeedAsync(Tool tool, string input, params string[] arguments) => daemon.By(tool).RunAsync(daemon.Through("client"), input, arguments);
}
