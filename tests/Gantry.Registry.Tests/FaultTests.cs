using Microsoft.AspNetCore.Http;

namespace Gantry.Registry.Tests;

/// <summary>Registries and networks that misbehave.</summary>
public sealed class FaultTests : IAsyncLifetime
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
    public async Task A_download_that_breaks_off_goes_on_where_it_was()
    {
        registry.AddImage("app", "1", size: 500_000);
        CutOffOnce(after: 200_000);
        var pulled = await root.PullAsync(registry.Reference("app:1"));
        var blob = pulled.Image.Layers[0].Blob;
        var ranges = registry.Requests.Where(request => request.Line.EndsWith($"blobs/{blob.Digest}", StringComparison.Ordinal)).Select(request => request.Range).ToArray();
        Assert.Equal([null, "bytes=200000-"], ranges);
        Assert.Equal(1, root.Progress.Count("Retrying in 1 second"));
    }

    [Fact]
    public async Task Without_ranges_it_starts_again()
    {
        registry.AddImage("app", "1", size: 500_000);
        registry.Ranges = false;
        CutOffOnce(after: 200_000);
        await root.PullAsync(registry.Reference("app:1"));
    }

    [Fact]
    public async Task A_download_that_stalls_is_tried_again()
    {
        registry.AddImage("app", "1", size: 500_000);
        var stalled = false;
        registry.Misbehave = async http =>
        {
            if (stalled || Layer(http) is not { } bytes)
            {
                return false;
            }

            stalled = true;
            http.Response.ContentLength = bytes.Length;
            await http.Response.Body.WriteAsync(bytes.AsMemory(0, 1000));
            await http.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        await root.PullAsync(registry.Reference("app:1"));
        Assert.True(stalled);
    }

    [Fact]
    public async Task A_blob_that_is_not_what_its_digest_says_is_refused_after_a_second_look()
    {
        registry.AddImage("app", "1", size: 5000);
        var served = 0;
        registry.Misbehave = async http =>
        {
            if (Layer(http) is not { } bytes)
            {
                return false;
            }

            served++;
            var wrong = bytes.ToArray();
            wrong[^1] ^= 1;
            http.Response.ContentLength = wrong.Length;
            await http.Response.Body.WriteAsync(wrong);
            return true;
        };
        Assert.StartsWith("filesystem layer verification failed for digest sha256:", await root.PullErrorAsync(registry.Reference("app:1")));
        Assert.Equal(2, served);
        Assert.Empty(root.Images.List());
    }

    [Fact]
    public async Task A_blob_longer_than_its_manifest_says_is_not_swallowed()
    {
        registry.AddImage("app", "1", size: 5000);
        registry.Misbehave = async http =>
        {
            if (Layer(http) is null)
            {
                return false;
            }

            await http.Response.Body.WriteAsync(new byte[10_000_000], http.RequestAborted).AsTask().ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        Assert.Contains("is longer than", await root.PullErrorAsync(registry.Reference("app:1")));
    }

    [Fact]
    public async Task A_manifest_that_is_not_what_its_digest_says_is_refused()
    {
        var digest = registry.AddImage("app", "1");
        registry.AddImage("app", "2");
        registry.Manifests[$"app:{digest}"] = registry.Manifests["app:2"];
        Assert.Equal($"manifest verification failed for digest {digest}", await root.PullErrorAsync(registry.Reference($"app@{digest}")));
    }

    [Fact]
    public async Task A_layer_that_is_not_what_its_config_says_is_refused()
    {
        registry.AddImage("app", "1");
        var digest = registry.AddImage("app", "2");
        var (mediaType, bytes) = registry.Manifests["app:1"];
        var own = Images.Manifest.Parse(bytes).Layers[0];
        var other = Images.Manifest.Parse(registry.Manifests[$"app:{digest}"].Bytes).Layers[0];
        var text = System.Text.Encoding.UTF8.GetString(bytes).Replace(own.Digest.ToString(), other.Digest.ToString()).Replace($"\"size\":{own.Size} }}]", $"\"size\":{other.Size} }}]");
        registry.AddManifest("app", "3", mediaType, text);
        Assert.Contains("wrong diff id", await root.PullErrorAsync(registry.Reference("app:3")));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public async Task Passing_troubles_are_waited_out(int status)
    {
        registry.AddImage("app", "1");
        var failures = new Dictionary<string, int>();
        registry.Misbehave = async http =>
        {
            lock (failures)
            {
                failures[http.Request.Path] = failures.GetValueOrDefault(http.Request.Path) + 1;
                if (failures[http.Request.Path] > 2)
                {
                    return false;
                }
            }

            http.Response.Headers.RetryAfter = "0";
            await FakeRegistry.ErrorAsync(http, status, "TOOMANYREQUESTS", "slow down");
            return true;
        };
        await root.PullAsync(registry.Reference("app:1"));
    }

    [Fact]
    public async Task Lasting_troubles_are_given_up_on()
    {
        registry.AddImage("app", "1");
        registry.Misbehave = async http =>
        {
            http.Response.StatusCode = 500;
            await http.Response.WriteAsync("<html>");
            return true;
        };
        Assert.Equal("received unexpected HTTP status: 500 Internal Server Error", await root.PullErrorAsync(registry.Reference("app:1")));
        Assert.Equal(5, registry.Requests.Count);
    }

    [Fact]
    public async Task A_registry_that_asks_for_an_hour_is_not_waited_for()
    {
        registry.Misbehave = async http =>
        {
            http.Response.Headers.RetryAfter = "3600";
            await FakeRegistry.ErrorAsync(http, 429, "TOOMANYREQUESTS", "You have reached your pull rate limit");
            return true;
        };
        Assert.Equal("toomanyrequests: You have reached your pull rate limit", await root.PullErrorAsync(registry.Reference("app:1")));
    }

    [Fact]
    public async Task Dropped_connections_are_opened_again()
    {
        registry.AddImage("app", "1");
        var drops = 3;
        registry.Misbehave = http =>
        {
            if (drops-- > 0)
            {
                http.Abort();
                return Task.FromResult(true);
            }

            return Task.FromResult(false);
        };
        await root.PullAsync(registry.Reference("app:1"));
    }

    // Bodies of layers are the only ones that long.
    private byte[]? Layer(HttpContext http) =>
        http.Request is { Method: "GET", Path.Value: { } path } && path.Contains("blobs") && registry.Blobs.TryGetValue(path.Split('/')[^1], out var bytes) && bytes.Length > 1000 ? bytes : null;

    private void CutOffOnce(int after)
    {
        var cut = false;
        registry.Misbehave = async http =>
        {
            if (cut || Layer(http) is not { } bytes)
            {
                return false;
            }

            cut = true;
            http.Response.ContentLength = bytes.Length;
            await http.Response.Body.WriteAsync(bytes.AsMemory(0, after));
            await http.Response.Body.FlushAsync();
            await Task.Delay(50);
            http.Abort();
            return true;
        };
    }
}
