using Gantry.Core;
using Gantry.Images;

namespace Gantry.Registry.Tests;

/// <summary>Against the reference implementation of the protocol.</summary>
[Trait("Ring", "integration")]
public sealed class DockerRegistryTests : IAsyncLifetime
{
    private readonly GantryRoot root = new();
    private FakeRegistry source = null!;

    public async ValueTask InitializeAsync() => source = await FakeRegistry.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await source.DisposeAsync();
        root.Dispose();
    }

    [Fact]
    public async Task What_is_pushed_is_pulled_by_another_root()
    {
        using var registry = await DockerRegistry.StartAsync();
        source.AddImage("app", "1", layers: 4, size: 300_000);
        var image = (await root.PullAsync(source.Reference("app:1"))).Image;
        var reference = Named(image, $"{registry.Host}/team/app:1");
        await root.PushAsync(reference);
        Assert.Equal(4, root.Progress.Count("Pushed"));
        var copy = Named(image, $"{registry.Host}/other/copy:2");
        await root.PushAsync(copy);
        Assert.Equal(4, root.Progress.Count("Mounted from team/app"));
        using var fresh = new GantryRoot();
        Assert.Equal(image.Id, (await fresh.PullAsync(reference)).Image.Id);
        Assert.Equal(image.Id, (await fresh.PullAsync(copy)).Image.Id);
        Assert.Equal(4, fresh.Progress.Count("Already exists"));
        Assert.Equal(["1"], await fresh.Puller.ListTagsAsync(reference, RegistryCredentials.Anonymous, TestContext.Current.CancellationToken));
        Assert.Equal($"manifest for {registry.Host}/team/app:9 not found: manifest unknown: manifest unknown", await fresh.PullErrorAsync(reference with { Tag = "9" }));
    }

    [Fact]
    public async Task An_index_of_two_platforms_goes_there_and_back()
    {
        using var registry = await DockerRegistry.StartAsync();
        source.AddIndex("multi", "1", "amd64", "arm64");
        await root.PullAsync(source.Reference("multi:1"), Platform.Parse("linux/arm64"));
        var image = (await root.PullAsync(source.Reference("multi:1"))).Image;
        var reference = Named(image, $"{registry.Host}/multi:1");
        await root.PushAsync(reference);
        using var fresh = new GantryRoot();
        Assert.Equal(image.Id, (await fresh.PullAsync(reference, Platform.Parse("linux/arm64"))).Image.Id);
        var (target, platforms) = await fresh.Client.InspectAsync(reference, RegistryCredentials.Anonymous, TestContext.Current.CancellationToken);
        Assert.Equal((image.Id, MediaTypes.OciIndex, 2), (target.Digest, target.MediaType, platforms.Count));
    }

    [Fact]
    public async Task A_blob_goes_up_in_pieces_too()
    {
        using var registry = await DockerRegistry.StartAsync();
        source.AddImage("app", "1", size: 350_000);
        var image = (await root.PullAsync(source.Reference("app:1"))).Image;
        var options = root.Client.Options with { ChunkSize = 100_000 };
        using var client = new RegistryClient(options);
        var reference = ImageReference.Parse($"{registry.Host}/app:1");
        await client.WithRepositoryAsync(reference, RegistryCredentials.Anonymous, pull: false, async repository =>
        {
            await repository.UploadPiecesAsync(image.Layers[0].Blob, root.Images.Content, await repository.BeginUploadAsync(TestContext.Current.CancellationToken), null, TestContext.Current.CancellationToken);
            Assert.True(await repository.HasBlobAsync(image.Layers[0].Blob.Digest, TestContext.Current.CancellationToken));
            return true;
        }, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Who_logs_in_may_push_and_pull()
    {
        using var registry = await DockerRegistry.StartAsync(authenticated: true);
        var me = new RegistryCredentials { Username = "me", Password = "secret" };
        Assert.Null(await root.Client.LoginAsync(registry.Host, me, TestContext.Current.CancellationToken));
        var refusal = await Assert.ThrowsAsync<GantryException>(() => root.Client.LoginAsync(registry.Host, me with { Password = "wrong" }, TestContext.Current.CancellationToken));
        Assert.Equal((ErrorKind.Unauthorized, $"login attempt to http://{registry.Host}/v2/ failed with status: 401 Unauthorized"), (refusal.Kind, refusal.Message));
        source.AddImage("app", "1");
        var reference = Named((await root.PullAsync(source.Reference("app:1"))).Image, $"{registry.Host}/app:1");
        Assert.Equal("no basic auth credentials", (await Assert.ThrowsAsync<GantryException>(() => root.PushAsync(reference))).Message);
        await root.PushAsync(reference, me);
        using var fresh = new GantryRoot();
        await fresh.PullAsync(reference, null, me);
    }

    private ImageReference Named(Image image, string name)
    {
        root.Images.Tag(image.Id, ImageReference.Parse(name));
        return ImageReference.Parse(name);
    }
}
