using System.Text.Json.Nodes;
using Gantry.Client.Tests;

namespace Gantry.Cli.Tests;

/// <summary>What users set in <c>config.json</c>, compared with docker over the same daemon.</summary>
[Trait("Ring", "compatibility")]
public sealed class SettingsTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gantry-settings").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("""{"psFormat":"{{.Names}}!"}""", "ps")]
    [InlineData("""{"psFormat":"table {{.Names}}\\t{{.State}}"}""", "ps")]
    [InlineData("""{"psFormat":"{{.Names}}!"}""", "ps -q")]
    [InlineData("""{"psFormat":"{{.Names}}!"}""", "ps --format {{.ID}}")]
    [InlineData("""{"imagesFormat":"{{.Repository}}"}""", "images")]
    [InlineData("""{"networksFormat":"{{.Name}}"}""", "network ls")]
    [InlineData("""{"volumesFormat":"{{.Name}}"}""", "volume ls")]
    [InlineData("""{"HttpHeaders":{"X-Team":"blue"}}""", "ps")]
    public async Task Settings_do_what_they_do_in_docker(string settings, string line)
    {
        Assert.SkipUnless(File.Exists(CommandLineRun.DockerPath), "docker's CLI is not installed");
        await using var daemon = FakeDaemon.Serving(DockerComparisonTests.Answer);
        File.WriteAllText(Path.Combine(folder, "config.json"), settings);

        var docker = await GantryProcess.StartAsync(CommandLineRun.DockerPath, daemon.Address, folder, line.Split(' '));
        var theirs = daemon.Requests.Where(r => r.Path != "/_ping").ToList();
        var gantry = await GantryProcess.RunAsync(daemon.Address, folder, line.Split(' '));
        var ours = daemon.Requests.Where(r => r.Path != "/_ping").Skip(theirs.Count).ToList();

        Assert.Equal(docker, gantry);
        Assert.Equal(theirs.Select(r => (r.Path, r.Query, r.Headers.GetValueOrDefault("X-Team"))), ours.Select(r => (r.Path, r.Query, r.Headers.GetValueOrDefault("X-Team"))));
    }

    // Not compared: docker 28.2's CLI has the setting and does not heed it.
    [Theory]
    [InlineData("container prune -f", "filters=%7B%22label%22%3A%7B%22keep%22%3Atrue%7D%7D")]
    [InlineData("container prune -f --filter label!=keep", "filters=%7B%22label%21%22%3A%7B%22keep%22%3Atrue%7D%7D")]
    public async Task Prune_filters_apply_unless_the_opposite_is_given(string line, string query)
    {
        await using var daemon = FakeDaemon.Serving(DockerComparisonTests.Answer);
        File.WriteAllText(Path.Combine(folder, "config.json"), """{"pruneFilters":["label=keep"]}""");

        await GantryProcess.RunAsync(daemon.Address, folder, line.Split(' '));

        Assert.Equal(query, daemon.Requests.Last().Query);
    }

    [Theory]
    [InlineData("create x")]
    [InlineData("create -e HTTP_PROXY=mine -e no_proxy= x")]
    public async Task Containers_get_the_proxies_that_docker_gives_them(string line)
    {
        Assert.SkipUnless(File.Exists(CommandLineRun.DockerPath), "docker's CLI is not installed");
        await using var daemon = FakeDaemon.Serving(r => r.Path == "/containers/create" ? (201, """{"Id":"abc","Warnings":[]}""") : null);
        File.WriteAllText(Path.Combine(folder, "config.json"), """{"proxies":{"default":{"httpProxy":"http://p:1","noProxy":"a,b"}}}""");

        await GantryProcess.StartAsync(CommandLineRun.DockerPath, daemon.Address, folder, line.Split(' '));
        var theirs = Environment(daemon.Requests.Last());
        await GantryProcess.RunAsync(daemon.Address, folder, line.Split(' '));

        Assert.Equal(theirs, Environment(daemon.Requests.Last()));
    }

    private static string[] Environment(FakeRequest request) =>
        [.. JsonNode.Parse(request.Text)!["Env"]!.AsArray().Select(v => v!.GetValue<string>()).Order(StringComparer.Ordinal)];

    [Theory]
    [InlineData("container prune", "y\n")]
    [InlineData("container prune", "Y")]
    [InlineData("container prune", "yes\n")]
    [InlineData("container prune", "n\n")]
    [InlineData("container prune", "")]
    [InlineData("volume prune -a", "")]
    [InlineData("image prune", "")]
    [InlineData("image prune -a", "")]
    [InlineData("network prune", "")]
    [InlineData("system prune --all --volumes", "")]
    [InlineData("volume prune -a --filter all=1", "")]
    [InlineData("system prune --volumes --filter until=1h", "")]
    [InlineData("inspect --type nope x", "")]
    [InlineData("search --filter x y", "")]
    [InlineData("plugin ls", "")]
    [InlineData("image ls --tree", "")]
    [InlineData("image ls --tree -q", "")]
    [InlineData("manifest rm nope", "")]
    [InlineData("trust inspect nginx", "")]
    [InlineData("checkpoint ls web", "")]
    [InlineData("trust", "")]
    [InlineData("network --nope", "")]
    public async Task Questions_and_refusals_are_dockers(string line, string input)
    {
        Assert.SkipUnless(File.Exists(CommandLineRun.DockerPath), "docker's CLI is not installed");
        await using var daemon = FakeDaemon.Serving(r => r.Path == "/plugins" ? (200, "[]") : DockerComparisonTests.Answer(r));

        var docker = await CommandLineRun.DockerAsync(daemon.Address, line.Split(' '), input);
        var gantry = await CommandLineRun.GantryAsync(daemon.Address, line.Split(' '), input);

        Assert.Equal(docker, gantry);
    }
}
