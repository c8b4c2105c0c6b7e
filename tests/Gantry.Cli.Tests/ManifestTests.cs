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
            "manifest inspect --insecure HOST/app:nope",
            "manifest create --insecure HOST/LIST:1 HOST/app:amd HOST/app:arm",
            "manifest create --insecure HOST/LIST:1 HOST/app:amd",
            "manifest annotate --variant v8 HOST/LIST:1 HOST/app:arm",
            "manifest annotate --arch x HOST/LIST:1 HOST/app:nope",
            "manifest inspect HOST/LIST:1",
            "manifest push --insecure --purge HOST/LIST:1",
            "manifest inspect --insecure HOST/LIST:1",
            "manifest rm HOST/LIST:1",
        ];

        foreach (var step in steps)
        {
            var docker = await RunAsync(CommandLineRun.DockerPath, step, "list-d");
            var gantry = await RunAsync(GantryProcess.Path, step, "list-g");
            Assert.Equal((step, docker), (step, gantry));
        }

        async Task<CommandResult> RunAsync(string program, string step, string list)
        {
            var config = Directory.CreateDirectory(Path.Combine(folder, list)).FullName;
            var result = await GantryProcess.StartAsync(program, "unix:///nonexistent", config, step.Replace("HOST", registry.Host).Replace("LIST", list).Split(' '));
            return new CommandResult(result.Code, result.Out.Replace(list, "LIST"), result.Error.Replace(list, "LIST"));
        }
    }
}
