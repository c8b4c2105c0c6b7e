using System.Text;
using Gantry.Registry.Tests;

namespace Gantry.Cli.Tests;

/// <summary>Manifest commands over one registry, step by step with docker's CLI and with ours, each with lists of its own.</summary>
[Trait("Ring", "compatibility")]
public sealed class ManifestTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("gantry-manifests").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Lists_are_made_shown_and_pushed_as_docker_does()
    {
        Assert.SkipUnless(File.Exists(CommandLineRun.DockerPath), "docker's CLI is not installed");
        await using var registry = await FakeRegistry.StartAsync();
        registry.AddImage("app", "amd");
        registry.AddImage("app", "arm", architecture: "arm64");
        registry.AddIndex("multi", "1", "amd64", "arm64");
        string[] steps =
        [
            "manifest inspect --insecure HOST/app:amd",
            "manifest inspect --insecure HOST/multi:1",
            "manifest create --insecure HOST/LIST:1 HOST/app:amd HOST/app:arm",
            "manifest create --insecure HOST/LIST:1 HOST/app:amd",
            "manifest annotate --variant v8 HOST/LIST:1 HOST/app:arm",
            "manifest annotate --arch x HOST/LIST:1 HOST/app:nope",
            "manifest inspect HOST/LIST:1",
        ];

        List<(string, CommandResult)> docker = [], gantry = [];
        foreach (var step in steps)
        {
            docker.Add((step, await RunAsync(CommandLineRun.DockerPath, step, "list-d")));
            gantry.Add((step, await RunAsync(GantryProcess.Path, step, "list-g")));
        }

        Assert.Equal(string.Join('\n', docker), string.Join('\n', gantry));

        // Docker's client does not push to this registry; what ours put there is looked at instead.
        var pushed = await RunAsync(GantryProcess.Path, "manifest push --insecure --purge HOST/LIST:1", "list-g");
        var stored = Encoding.UTF8.GetString(registry.Manifests.Single(m => m.Key.Contains("list-g", StringComparison.Ordinal) && m.Key.EndsWith('1') && !m.Key.Contains("sha256", StringComparison.Ordinal)).Value.Bytes);
        Assert.Equal(0, pushed.Code);
        Assert.Contains("\"variant\": \"v8\"", stored);
        Assert.Equal(1, (await RunAsync(GantryProcess.Path, "manifest rm HOST/LIST:1", "list-g")).Code);

        async Task<CommandResult> RunAsync(string program, string step, string list)
        {
            var config = Directory.CreateDirectory(Path.Combine(folder, list)).FullName;
            var result = await GantryProcess.StartAsync(program, "unix:///nonexistent", config, step.Replace("HOST", registry.Host).Replace("LIST", list).Split(' '));
            return new CommandResult(result.Code, result.Out.Replace(list, "LIST"), result.Error.Replace(list, "LIST"));
        }
    }
}
