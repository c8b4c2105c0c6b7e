using System.Diagnostics;
using Gantry.Core;

namespace Gantry.Registry.Tests;

public sealed class PullTests : IAsyncLifetime
{
    private readonly GantryRoot root = new();
    private FakeRegistry registry = null!;

    public async ValueTask InitializeAsync() => registry = await FakeRegistry.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await registry.DisposeAsync();
        root.Dispose();
    }

    [Fact]
    public async Task A_pulled_image_is_unpacked_and_told_of_in_Dockers_lines()
    {
        var digest = registry.AddImage("team/app", "1", layers: 2);
        var pulled = await root.PullAsync(registry.Reference("team/app:1"));
        Assert.Equal(digest, pulled.Image.Id.ToString());
        Assert.Equal([$"{registry.Host}/team/app:1"], pulled.Image.References.Select(reference => reference.Familiar));
        Assert.Equal(1000, new FileInfo(root.FileOf(pulled.Image, "layer1")).Length);
        var first = pulled.Image.Layers[0].Blob.Digest.Short;
        var lines = root.Progress.All;
        Assert.Equal("1: Pulling from team/app", lines[0]);
        Assert.Subset(lines.ToHashSet(), new HashSet<string> { $"{first}: Pulling fs layer", $"{first}: Verifying Checksum", $"{first}: Download complete", $"{first}: Extracting", $"{first}: Pull complete" });
        Assert.Equal([$"Digest: {digest}", $"Status: Downloaded newer image for {registry.Host}/team/app:1"], lines.TakeLast(2));
    }

    [Fact]
    public async Task A_second_pull_asks_for_the_digest_only()
    {
        registry.AddImage("app", "latest");
        await root.PullAsync(registry.Reference("app"));
        var again = await root.PullAsync(registry.Reference("app"));
        Assert.False(again.Changed);
        Assert.Equal($"Status: Image is up to date for {registry.Host}/app:latest", root.Progress.All[^1]);
        Assert.Equal(1, registry.Count("GET .*manifests"));
        registry.AddImage("app", "latest");
        Assert.True((await root.PullAsync(registry.Reference("app"))).Changed);
    }

    [Fact]
    public async Task An_image_is_pulled_by_digest_whatever_its_tags_are()
    {
        var digest = registry.AddImage("app", null);
        var pulled = await root.PullAsync(registry.Reference($"app@{digest}"));
        Assert.Equal(digest, pulled.Image.References.Single().Digest.ToString());
    }

    [Fact]
    public async Task Of_an_index_the_platform_is_taken_and_another_can_be_added()
    {
        var index = registry.AddIndex("multi", "1", "amd64", "arm64");
        var host = await root.PullAsync(registry.Reference("multi:1"));
        Assert.Equal((index, Platform.Host.Architecture), (host.Image.Id.ToString(), host.Image.Config.Architecture));
        var other = await root.PullAsync(registry.Reference("multi:1"), Platform.Parse("linux/arm64"));
        Assert.Equal((index, "arm64", true), (other.Image.Id.ToString(), other.Image.Config.Architecture, other.Changed));
        Assert.Equal(2, root.Images.PlatformsOf(other.Image.Target).Count);
        Assert.Equal("no matching manifest for linux/s390x in the manifest list entries", await root.PullErrorAsync(registry.Reference("multi:1"), Platform.Parse("linux/s390x")));
    }

    [Fact]
    public async Task The_platform_of_a_single_image_must_match()
    {
        registry.AddImage("app", "1", architecture: "arm64");
        Assert.Equal(
            $"image with reference {registry.Host}/app:1 was found but its platform (linux/arm64) does not match the specified platform (linux/amd64)",
            await root.PullErrorAsync(registry.Reference("app:1"), Platform.Parse("linux/amd64")));
        Assert.Empty(root.Images.List());
    }

    [Fact]
    public async Task Layers_may_be_zstd()
    {
        registry.AddImage("app", "1", zstd: true);
        Assert.True(File.Exists(root.FileOf((await root.PullAsync(registry.Reference("app:1"))).Image, "layer0")));
    }

    [Fact]
    public async Task Shared_layers_are_not_downloaded_again()
    {
        registry.AddImage("app", "1", layers: 2);
        await root.PullAsync(registry.Reference("app:1"));
        registry.Manifests["copy:1"] = registry.Manifests["app:1"];
        await root.PullAsync(registry.Reference("copy:1"));
        Assert.Equal(2, root.Progress.Count("Already exists"));
        Assert.Equal(3, registry.Count("GET .*blobs"));
    }

    [Fact]
    public async Task Concurrent_pulls_share_downloads()
    {
        registry.AddImage("app", "1", layers: 3, size: 200_000);
        registry.Misbehave = async http =>
        {
            await Task.Delay(http.Request.Path.Value!.Contains("blobs") ? 100 : 0);
            return false;
        };
        var pulled = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => root.PullAsync(registry.Reference("app:1"))));
        Assert.Single(pulled.Select(p => p.Image.Id).Distinct());
        Assert.All(pulled[0].Image.Layers, layer => Assert.Equal(1, registry.Count($"GET .*blobs/{layer.Blob.Digest}")));
        Assert.Equal(12, root.Progress.Count("Pull complete"));
    }

    [Fact]
    public async Task At_most_three_layers_are_downloaded_at_once()
    {
        registry.AddImage("app", "1", layers: 8);
        var (now, most) = (0, 0);
        registry.Misbehave = async http =>
        {
            if (http.Request.Path.Value!.Contains("blobs"))
            {
                most = Math.Max(most, Interlocked.Increment(ref now));
                await Task.Delay(50);
                Interlocked.Decrement(ref now);
            }

            return false;
        };
        await root.PullAsync(registry.Reference("app:1"));
        Assert.Equal(3, most);
    }

    [Fact]
    public async Task A_cancelled_pull_does_not_end_another_one()
    {
        registry.AddImage("app", "1", size: 100_000);
        var started = new TaskCompletionSource();
        var go = new TaskCompletionSource();
        registry.Misbehave = async http =>
        {
            if (http.Request.Method == "GET" && http.Request.Path.Value!.Contains("blobs") && registry.Blobs[http.Request.Path.Value.Split('/')[^1]].Length > 1000)
            {
                started.TrySetResult();
                await go.Task;
            }

            return false;
        };
        using var impatient = new CancellationTokenSource();
        var first = root.Puller.PullAsync(registry.Reference("app:1"), null, RegistryCredentials.Anonymous, root.Progress, impatient.Token);
        await started.Task;
        var second = root.PullAsync(registry.Reference("app:1"));
        while (root.Progress.Count("Pulling fs layer") < 2)
        {
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }

        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        go.SetResult();
        Assert.True((await second).Changed);
    }

    [Fact]
    public async Task Tags_are_listed()
    {
        registry.AddImage("app", "b");
        registry.AddImage("app", "a");
        Assert.Equal(["a", "b"], await root.Puller.ListTagsAsync(registry.Reference("app"), RegistryCredentials.Anonymous, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_is_not_there_is_said_in_Dockers_words()
    {
        registry.AddImage("app", "1");
        Assert.Equal($"manifest for {registry.Host}/app:2 not found: manifest unknown: manifest unknown", await root.PullErrorAsync(registry.Reference("app:2")));
        registry.Misbehave = async http =>
        {
            if (http.Request.Path.Value == "/v2/")
            {
                return false;
            }

            http.Response.Headers.WWWAuthenticate = "Bearer realm=\"http://127.0.0.1:1/\",error=\"insufficient_scope\"";
            await FakeRegistry.ErrorAsync(http, 403, "DENIED", "requested access to the resource is denied");
            return true;
        };
        Assert.Equal(
            $"pull access denied for {registry.Host}/secret, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
            await root.PullErrorAsync(registry.Reference("secret")));
    }

    [Fact]
    public async Task Schema_one_and_artifacts_are_refused()
    {
        registry.AddManifest("old", "1", "application/vnd.docker.distribution.manifest.v1+prettyjws", """{"schemaVersion":1,"name":"old","tag":"1","fsLayers":[]}""");
        Assert.Contains("schema 1", await root.PullErrorAsync(registry.Reference("old:1")));
        registry.AddManifest("chart", "1", Images.MediaTypes.OciManifest,
            $$"""{"schemaVersion":2,"config":{"mediaType":"application/vnd.cncf.helm.config.v1+json","digest":"{{registry.AddBlob("{}"u8.ToArray())}}","size":2},"layers":[]}""");
        Assert.Contains("unsupported media type application/vnd.cncf.helm.config.v1+json", await root.PullErrorAsync(registry.Reference("chart:1")));
    }

    [Fact]
    public async Task A_host_that_does_not_exist_or_answer_is_told_of_at_once()
    {
        var watch = Stopwatch.StartNew();
        var message = await root.PullErrorAsync(ImageReference.Parse("registry.invalid/app:1"));
        Assert.Matches("^Get \"https://registry.invalid/v2/\": dial tcp: lookup registry.invalid: (no such host|Temporary failure in name resolution|i/o timeout)$", message);
        Assert.Equal("Get \"http://127.0.0.1:1/v2/\": dial tcp 127.0.0.1:1: connect: connection refused", await root.PullErrorAsync(ImageReference.Parse("127.0.0.1:1/app:1")));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Docker_Hub_is_asked_through_its_mirror_without_the_users_password()
    {
        registry.AddImage("library/debian", "12");
        using var mirrored = new GantryRoot(options => options with { Mirrors = [new Uri("http://127.0.0.1:1"), registry.Address] });
        var pulled = await mirrored.PullAsync(ImageReference.Parse("debian:12"), null, new RegistryCredentials { Username = "me", Password = "secret" });
        Assert.Equal("debian:12", pulled.Image.References.Single().Familiar);
        Assert.All(registry.Requests, request => Assert.Null(request.Authorization));
    }
}
