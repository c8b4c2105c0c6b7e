using System.Net;
using Gantry.Edge.Files;

namespace Gantry.Edge.Tests;

public sealed class FilesTests : IAsyncLifetime
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("gantry-edge-test-");
    private Servers.Edge edge = null!;

    private string Root => Path.Combine(folder.FullName, "www");

    public async ValueTask InitializeAsync()
    {
        var site = folder.CreateSubdirectory("site");
        site.CreateSubdirectory("assets");
        await File.WriteAllTextAsync(Path.Combine(site.FullName, "index.html"), "<script src=\"/assets/app.js\"></script>" + new string(' ', 500));
        await File.WriteAllTextAsync(Path.Combine(site.FullName, "404.html"), "not here");
        await File.WriteAllTextAsync(Path.Combine(site.FullName, "assets", "app.js"), "import '/assets/zoo.js';" + new string('/', 500));
        await File.WriteAllTextAsync(Path.Combine(site.FullName, "assets", "zoo.js"), "1;");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "secret.txt"), "secret");
        AssetPacker.Pack(site.FullName, Root);
        edge = await Servers.Edge.StartAsync($$"""{ "listeners": [{ "address": "127.0.0.1:0" }], "routes": [{ "files": { "root": "{{Root}}" } }] }""");
    }

    public async ValueTask DisposeAsync()
    {
        await edge.DisposeAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Packing_renames_assets_by_content_and_follows_every_mention()
    {
        var page = await edge.Client.GetStringAsync("/");
        var script = System.Text.RegularExpressions.Regex.Match(page, "/assets/app\\.[0-9a-f]{10}\\.js").Value;
        using var response = await edge.Client.GetAsync(script);
        Assert.Equal("public, max-age=31536000, immutable", response.Headers.CacheControl?.ToString().Replace("immutable, public, max-age=31536000", "public, max-age=31536000, immutable", StringComparison.Ordinal));
        var inner = System.Text.RegularExpressions.Regex.Match(await response.Content.ReadAsStringAsync(), "/assets/zoo\\.[0-9a-f]{10}\\.js").Value;
        Assert.Equal("1;", await edge.Client.GetStringAsync(inner));
        Assert.Equal(HttpStatusCode.NotFound, (await edge.Client.GetAsync("/assets/app.js")).StatusCode);
    }

    [Fact]
    public async Task A_known_entity_tag_costs_no_body()
    {
        using var first = await edge.Client.GetAsync("/");
        Assert.True(first.Headers.CacheControl?.NoCache);
        var again = new HttpRequestMessage(HttpMethod.Get, "/");
        again.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        Assert.Equal(HttpStatusCode.NotModified, (await edge.Client.SendAsync(again)).StatusCode);
    }

    [Fact]
    public async Task The_packed_variant_goes_to_who_can_read_it_under_a_tag_of_its_own()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip, br");
        using var packed = await edge.Client.SendAsync(request);
        using var plain = await edge.Client.GetAsync("/");
        Assert.Equal("br", Assert.Single(packed.Content.Headers.ContentEncoding));
        Assert.True(packed.Content.Headers.ContentLength < plain.Content.Headers.ContentLength);
        Assert.NotEqual(plain.Headers.ETag, packed.Headers.ETag);
    }

    [Theory]
    [InlineData("/../secret.txt")]
    [InlineData("/%2e%2e/secret.txt")]
    [InlineData("/..%2fsecret.txt")]
    [InlineData("/nothing")]
    [InlineData("/index.html.br")]
    public async Task Nothing_outside_the_folder_is_served(string path)
    {
        var target = new Uri(edge.Client.BaseAddress!.ToString().TrimEnd('/') + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var response = await edge.Client.GetAsync(target);
        Assert.Equal((HttpStatusCode.NotFound, "not here"), (response.StatusCode, await response.Content.ReadAsStringAsync()));
    }

    [Fact]
    public async Task Files_are_only_read()
    {
        using var response = await edge.Client.PostAsync("/", null);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
    }
}
