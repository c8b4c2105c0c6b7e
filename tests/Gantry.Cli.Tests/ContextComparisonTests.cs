using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.RegularExpressions;
using Gantry.Cli.Terminal;
using Gantry.Client;

namespace Gantry.Cli.Tests;

/// <summary>The same context commands by docker's CLI and by ours, each on a folder of its own: prints, exit codes and stores are equal.</summary>
[Trait("Ring", "compatibility")]
public sealed partial class ContextComparisonTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("gantry-contexts-").FullName;

    private static string[] Script(string files) =>
    [
        "context ls", "context show", "context inspect", "context create aa --docker host=tcp://1.2.3.4:2376 --description my", "context create aa", "context create a",
        "context create default", "context create bb", "context create cc --from aa", "context create dd --from aa --docker host=tcp://x", "context create ee --docker junk", "context create ee --docker bogus=1",
        "context create ee --docker host=tcp://h,ca=/missing/ca", "context create ee --docker skip-tls-verify=maybe", "context create ee --docker from=nope", "context create ff --docker from=aa", "context create gg --docker host=",
        $"context create tls --docker host=tcp://h:2376,ca={files}/ca,cert={files}/cert,key={files}/key,skip-tls-verify=true", "context inspect tls", "context inspect aa nope bb", "context inspect --format json tls aa",
        "context inspect -f {{.Name}}={{.Endpoints.docker.Host}}{{.Endpoints.docker.SkipTLSVerify}} aa tls", "context ls", "context ls -q", "context ls --format json", "context ls --format {{.Name}}/{{.Current}}/{{.DockerEndpoint}}/{{.Error}}",
        "context ls --format table_{{.Name}}\\t{{.DockerEndpoint}}", "context use nope", "context use aa", "context show", "context ls", "context rm aa", "context rm nope cc", "context rm default", "context rm -f nope",
        "-H unix:///x context show", "-H unix:///x context ls", "-c bb -H unix:///x ps", "-c nope ps", "-c nope context ls", "-c bb context show", "context update aa --description new", "context update nope", "context update default",
        $"context update tls --docker host=tcp://z,ca={files}/ca", "context inspect tls aa", $"context export nope {files}/left", $"context export aa {files}/ca", $"context import zz {files}/none.tar", $"context import zz {files}/ca", $"context import zz {files}/junk", $"context import zz {files}/foreign.tar",
        "context rm -f aa", "context show", "context use bb", "context use default", "context create", "context export", "context rm", "context ls x", "context nope", "context", "ps", "-H bogus://x ps", "-H tcp://127.0.0.1:1 --tlsverify ps", "-H tcp://127.0.0.1:1 --tls --tlscacert none ps",
        "context create --help", "context update --help", "context export --help", "context import --help", "context ls --help", "context rm --help", "context inspect --help", "context use --help", "context show --help", "system dial-stdio --help",
    ];

    [Fact]
    public async Task Every_step_prints_and_returns_the_same()
    {
        Assert.SkipUnless(File.Exists(CommandLineRun.DockerPath), "docker's CLI is not installed");
        var files = Files();
        var ours = Path.Combine(root, "ours");
        var theirs = Path.Combine(root, "docker");
        foreach (var line in Script(files))
        {
            string[] arguments = [.. line.Split(' ').Select(word => word.Replace('_', ' '))];
            var docker = await DockerAsync(theirs, arguments);
            var gantry = await GantryAsync(ours, arguments);
            Assert.Equal($"{line}\n{Neutral(docker, theirs)}", $"{line}\n{Neutral(gantry, ours)}");
        }

        Assert.Equal(Tree(theirs), Tree(ours));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_one_writes_the_other_reads(bool dockerWrites)
    {
        Assert.SkipUnless(File.Exists(CommandLineRun.DockerPath), "docker's CLI is not installed");
        var (files, shared, archive) = (Files(), Path.Combine(root, "shared"), Path.Combine(root, "moved.dockercontext"));
        Func<string, string[], Task<CommandResult>> writer = dockerWrites ? DockerAsync : GantryAsync, reader = dockerWrites ? GantryAsync : DockerAsync;

        Assert.Equal(0, (await writer(shared, ["context", "create", "far", "--description", "a <far> place", "--docker", $"host=tcp://h:2376,ca={files}/ca,cert={files}/cert,key={files}/key"])).Code);
        Assert.Equal(0, (await writer(shared, ["context", "use", "far"])).Code);
        Assert.Equal("far\n", (await reader(shared, ["context", "show"])).Out);
        Assert.Equal((await writer(shared, ["context", "inspect", "far"])).Out, (await reader(shared, ["context", "inspect", "far"])).Out);
        Assert.Equal(0, (await writer(shared, ["context", "export", "far", archive])).Code);
        Assert.Equal("moved\n", (await reader(shared, ["context", "import", "moved", archive])).Out);
        Assert.Contains("\"key.pem\"", (await writer(shared, ["context", "inspect", "moved"])).Out, StringComparison.Ordinal);
        Assert.Equal("moved\n", (await reader(shared, ["context", "rm", "moved"])).Out);
        Assert.Equal(1, (await writer(shared, ["context", "inspect", "moved"])).Code);
    }

    [Fact]
    public async Task Keys_are_the_owners_alone()
    {
        var (files, ours) = (Files(), Path.Combine(root, "ours"));
        await GantryAsync(ours, ["context", "create", "far", "--docker", $"host=tcp://h:2376,key={files}/key"]);
        await GantryAsync(ours, ["context", "export", "far", Path.Combine(root, "out")]);
        var key = Assert.Single(Directory.GetFiles(ours, "key.pem", SearchOption.AllDirectories));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(root, "out")));
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private string Files()
    {
        var files = Directory.CreateDirectory(Path.Combine(root, "files")).FullName;
        using var pair = RSA.Create(2048);
        var request = new CertificateRequest("CN=context", pair, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(Path.Combine(files, "ca"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(files, "cert"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(files, "key"), pair.ExportPkcs8PrivateKeyPem());

        File.WriteAllText(Path.Combine(files, "junk"), "junk, and more of it");
        Directory.CreateDirectory(Path.Combine(files, "tree", "foo"));
        File.WriteAllText(Path.Combine(files, "tree", "foo", "x"), "x");
        using var tar = Process.Start("tar", ["-C", Path.Combine(files, "tree"), "-cf", Path.Combine(files, "foreign.tar"), "foo"]);
        tar.WaitForExit();
        return files;
    }

    private static string Neutral(CommandResult result, string config) =>
        Blanks().Replace($"{result.Code}\n{result.Out}\n{result.Error}", "  ").Replace(config, "CONFIG").Replace("/var/run/docker.sock", "SOCKET").Replace("/run/gantry/gantry.sock", "SOCKET").Replace("docker.sock. Is", "SOCKET. Is");

    // The default sockets' paths differ in length, and so do the columns.
    [GeneratedRegex("  +")]
    private static partial Regex Blanks();

    // Every file with its content, and modes of files.
    private static string Tree(string config) => string.Join('\n', Directory.EnumerateFiles(config, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        .Select(file => $"{file[config.Length..]} {File.GetUnixFileMode(file)} {File.ReadAllText(file).Replace("/var/run/docker.sock", "SOCKET").Replace("/run/gantry/gantry.sock", "SOCKET").Replace("\t\"auths\": {},\n", "").Replace("\t\"auths\": {}\n", "").Replace("{\n}", "{}")}"));

    private static async Task<CommandResult> GantryAsync(string config, string[] arguments)
    {
        var (output, error) = (new MemoryStream(), new MemoryStream());
        var code = await new CommandApplication(new StandardStreams(new MemoryStream(), output, error), endpoint => new GantryClient(endpoint)).RunAsync("docker", ["--config", config, .. arguments], CancellationToken.None);
        return new CommandResult(code, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }

    private static async Task<CommandResult> DockerAsync(string config, string[] arguments)
    {
        var start = new ProcessStartInfo(CommandLineRun.DockerPath, ["--config", config, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["DOCKER_CLI_HINTS"] = "false";
        start.Environment.Remove("DOCKER_HOST");
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new CommandResult(process.ExitCode, await output, await error);
    }
}
