using System.Collections.Concurrent;
using Gantry.Core;

namespace Gantry.Registry.Tests;

public sealed class PushTests : IAsyncLifetime
{
    private readonly GantryRoot root = new();
    private FakeRegistry source = null!, target = null!;

    public async ValueTask InitializeAsync() => (source, target) = (await FakeRegistry.StartAsync(), await FakeRegistry.StartAsync());

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        await target.DisposeAsync();
        root.Dispose();
    }

    [Fact]
    public async Task A_pushed_image_is_told_of_in_Dockers_lines_and_comes_back_the_same()
    {
        source.AddImage("app", "1", layers: 2);
        var reference = await PulledAsAsync("copy/app:2");
        var image = root.Images.Get(reference.ToString());
        await root.PushAsync(reference);
        var layer = image.Layers[0].Blob.Digest.Short;
        var lines = root.Progress.All;
        Assert.Subset(lines.ToHashSet(), new HashSet<string> { $"The push refers to repository [{target.Host}/copy/app]", $"{layer}: Preparing", $"{layer}: Pushing", $"{layer}: Pushed", $"2: digest: {image.Id} size: {image.Target.Size}" });
        Assert.Equal(new PushedManifest("2", image.Id, image.Target.Size), root.Progress.Pushed);
        await root.PushAsync(reference);
        Assert.Equal(2, root.Progress.Count("Layer already exists"));
        using var fresh = new GantryRoot();
        Assert.Equal(image.Id, (await fresh.PullAsync(reference)).Image.Id);
    }

    [Fact]
    public async Task Layers_are_mounted_from_another_repository_of_the_same_registry()
    {
        source.AddImage("app", "1", layers: 2);
        await root.PushAsync(await PulledAsAsync("one:1"));
        target.Misbehave = http =>
        {
            // Each repository has only what was put into it.
            http.Response.StatusCode = http.Request.Method == "HEAD" && http.Request.Path.Value!.Contains("/two/blobs/") ? 404 : 200;
            return Task.FromResult(http.Response.StatusCode == 404);
        };
        await root.PushAsync(await PulledAsAsync("two:1"));
        Assert.Equal(2, root.Progress.Count("Mounted from one"));
        Assert.Equal(3, target.Count("PUT .*/one/blobs/uploads/"));
        Assert.Equal(0, target.Count("PUT .*/two/blobs/uploads/"));
    }

    [Theory]
    [InlineData(413)]
    [InlineData(503)]
    [InlineData(0)]
    public async Task What_does_not_go_up_in_one_piece_goes_in_smaller_ones(int status)
    {
        using var chunking = new GantryRoot(options => options with { ChunkSize = 100_000 });
        source.AddImage("app", "1", size: 350_000);
        var reference = await PulledAsAsync("app:1", chunking);
        var blob = chunking.Images.Get(reference.ToString()).Layers[0].Blob;
        var ranges = new ConcurrentQueue<string?>();
        target.Misbehave = async http =>
        {
            if (http.Request.Method == "PATCH")
            {
                ranges.Enqueue(http.Request.Headers.ContentRange);
            }

            if (http.Request.Method != "PUT" || http.Request.ContentLength < 300_000)
            {
                return false;
            }

            if (status == 0)
            {
                http.Abort();
            }
            else
            {
                await http.Request.Body.CopyToAsync(Stream.Null);
                http.Response.StatusCode = status;
            }

            return true;
        };
        await chunking.PushAsync(reference);
        Assert.Equal(["0-99999", "100000-199999", "200000-299999", $"300000-{blob.Size - 1}"], ranges);
    }

    [Fact]
    public async Task A_whole_index_is_pushed_or_else_the_one_platform_that_is_here()
    {
        source.AddIndex("multi", "1", "amd64", "arm64");
        var arm = Platform.Parse("linux/arm64");
        var partial = await PulledAsAsync("partial:1");
        await root.PushAsync(partial);
        Assert.Equal(root.Images.Get(partial.ToString()).Manifest.Digest, root.Progress.Pushed!.Digest);
        Assert.Contains(root.Progress.All, line => line.StartsWith("Not all multiplatform-content is present", StringComparison.Ordinal));
        await root.PullAsync(source.Reference("multi:1"), arm);
        await root.PushAsync(partial);
        Assert.Equal(root.Images.Get(partial.ToString()).Id, root.Progress.Pushed!.Digest);
        using var fresh = new GantryRoot();
        Assert.Equal("arm64", (await fresh.PullAsync(partial, arm)).Image.Config.Architecture);
    }

    [Fact]
    public async Task A_refusal_is_told_as_the_registry_says_it()
    {
        source.AddImage("app", "1");
        var reference = await PulledAsAsync("app:1");
        target.Misbehave = async http =>
        {
            if (http.Request.Method is "GET" or "HEAD")
            {
                return false;
            }

            await FakeRegistry.ErrorAsync(http, 403, "DENIED", "requested access to the resource is denied");
            return true;
        };
        var refusal = await Assert.ThrowsAsync<GantryException>(() => root.PushAsync(reference));
        Assert.Equal((ErrorKind.Forbidden, "denied: requested access to the resource is denied"), (refusal.Kind, refusal.Message));
        Assert.Equal(
            $"An image does not exist locally with the tag: {target.Host}/nothing",
            (await Assert.ThrowsAsync<GantryException>(() => root.PushAsync(target.Reference("nothing:1")))).Message);
    }

    [Fact]
    public async Task A_push_asks_for_a_token_that_may_push()
    {
        source.AddImage("app", "1");
        target.Token = "t1";
        await root.PushAsync(await PulledAsAsync("app:1"));
        Assert.Contains(target.Requests, request => request.Line.Contains("scope=repository%3Aapp%3Apull%2Cpush"));
    }

    // The source's only image, under a name in the target registry.
    private async Task<ImageReference> PulledAsAsync(string name, GantryRoot? into = null)
    {
        var tagged = source.Manifests.Keys.First(key => !key.Contains("sha256"));
        var image = (await (into ?? root).PullAsync(source.Reference(tagged))).Image;
        (into ?? root).Images.Tag(image.Id, target.Reference(name));
        return target.Reference(name);
    }
}
