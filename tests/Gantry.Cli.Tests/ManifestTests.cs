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
            docker.Add((step, await RunAsync(registry.Host, CommandLineRun.DockerPath, step, "list-d")));
            gantry.Add((step, await RunAsync(registry.Host, GantryProcess.Path, step, "list-g")));
        }

        Assert.Equal(string.Join('\n', docker), string.Join('\n', gantry));
    }

    [Fact]
    public async Task A_real_registry_gets_the_list_that_docker_gives_it()
    {
        Assert.SkipUnless(File.Exists(CommandLineRun.DockerPath), "docker's CLI is not installed");
        using var real = await DockerRegistry.StartAsync();
        await SeedAsync(real.Host, "amd", "amd64");
        await SeedAsync(real.Host, "arm", "arm64");
        string[] steps =
        [
            "manifest inspect --insecure -v HOST/app:amd",
            "manifest inspect --insecure HOST/app:nope",
            "manifest inspect --insecure HOST/none/x",
            "manifest create --insecure HOST/LIST:1 HOST/app:amd HOST/app:arm",
            "manifest create --insecure HOST/LIST:2 HOST/app:nope",
            "manifest annotate --os-features x,y --os-version 7 HOST/LIST:1 HOST/app:arm",
            "manifest inspect -v HOST/LIST:1",
            "manifest push --insecure HOST/LIST:1",
            "manifest inspect --insecure -v HOST/LIST:1",
            "manifest push --insecure --purge HOST/LIST:1",
            "manifest push --insecure HOST/LIST:1",
            "manifest inspect --insecure HOST/LIST:1",
            "manifest rm HOST/LIST:1",
            "manifest create --insecure HOST/app:multi HOST/app:amd HOST/app:arm",
            "manifest push --insecure --purge HOST/app:multi",
            "manifest inspect --insecure -v HOST/app:multi",
            "manifest create --insecure HOST/LIST:3 HOST/app:multi",
            "manifest create BAD x",
            "manifest annotate BAD x",
            "manifest annotate x BAD",
            "manifest inspect BAD",
        ];

        foreach (var step in steps)
        {
            var docker = await RunAsync(real.Host, CommandLineRun.DockerPath, step, "list-d");
            var gantry = await RunAsync(real.Host, GantryProcess.Path, step, "list-g");
            // Each has a program's name of its own in usage lines only; there are none here.
            Assert.Equal((step, docker), (step, gantry));
        }
    }

    private async Task<CommandResult> RunAsync(string host, string program, string step, string list)
    {
        var config = Directory.CreateDirectory(Path.Combine(folder, list)).FullName;
        var result = await GantryProcess.StartAsync(program, "unix:///nonexistent", config, step.Replace("HOST", host).Replace("LIST", list).Split(' '));
        return new CommandResult(result.Code, result.Out.Replace(list, "LIST"), result.Error.Replace(list, "LIST"));
    }

    // An image of one layer, in the media types that docker's manifest commands take.
    private static async Task SeedAsync(string host, string tag, string architecture)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://{host}") };
        var layer = await UploadAsync("layer of " + architecture, "application/vnd.docker.image.rootfs.diff.tar.gzip");
        var config = await UploadAsync($$"""{"architecture":"{{architecture}}","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[] } }""", "application/vnd.docker.container.image.v1+json");
        const string MediaType = "application/vnd.docker.distribution.manifest.v2+json";
        using var manifest = new StringContent($$"""{"schemaVersion":2,"mediaType":"{{MediaType}}","config":{{config}},"layers":[{{layer}}]}""", Encoding.UTF8, MediaType);
        manifest.Headers.ContentType!.CharSet = null;
        (await client.PutAsync(new Uri($"/v2/app/manifests/{tag}", UriKind.Relative), manifest)).EnsureSuccessStatusCode();

        async Task<string> UploadAsync(string content, string type)
        {
            var bytes = Encoding.UTF8.GetBytes(content);
            var digest = Core.Digest.Of(bytes);
            using var begun = await client.PostAsync(new Uri("/v2/app/blobs/uploads/", UriKind.Relative), null);
            var place = new Uri(client.BaseAddress!, begun.Headers.Location!);
            using var body = new ByteArrayContent(bytes);
            (await client.PutAsync(new Uri($"{place}{(place.Query.Length > 0 ? "&" : "?")}digest={digest}"), body)).EnsureSuccessStatusCode();
            return $$"""{"mediaType":"{{type}}","size":{{bytes.Length}},"digest":"{{digest}}" }""";
        }
    }
}
