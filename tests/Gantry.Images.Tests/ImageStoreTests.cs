using Gantry.Core;

namespace Gantry.Images.Tests;

[Trait("Ring", "integration")]
public sealed class ImageStoreTests : IDisposable
{
    private readonly ScratchFolder store = new();

    public void Dispose() => store.Dispose();

    [Fact]
    public async Task An_image_is_found_by_name_id_prefix_and_config_digest_also_after_a_restart()
    {
        var image = await store.AddImageAsync();
        store.Images.Tag(image.Id, ImageReference.Parse("web:1"));
        store.Images.Tag(image.Id, ImageReference.Parse("web"));
        store.Reopen();
        foreach (var name in new[] { "web", "web:1", "docker.io/library/web:latest", image.Id.ToString(), image.Id.Short, image.ConfigBlob.Digest.ToString(), $"web@{image.Id}" })
        {
            Assert.Equal(image.Id, store.Images.Get(name).Id);
        }

        Assert.Equal(["web:1", "web:latest"], store.Images.Get("web").References.Select(r => r.Familiar));
        Assert.Null(store.Images.Find("web:2"));
        Assert.Equal("No such image: nope:latest", Assert.Throws<GantryException>(() => store.Images.Get("nope")).Message);
    }

    [Fact]
    public async Task The_same_input_gives_the_same_id()
    {
        var image = await store.AddImageAsync();
        Assert.Equal(image.Id, store.Images.Add(image.Config, image.Layers).Id);
    }

    [Fact]
    public async Task A_moved_name_leaves_a_dangling_image_that_stays()
    {
        var (old, next) = (await store.AddImageAsync("1"), await store.AddImageAsync("2"));
        store.Images.Tag(old.Id, ImageReference.Parse("app"));
        store.Images.Tag(next.Id, ImageReference.Parse("app"));
        store.Images.CollectGarbage([], []);
        Assert.Equal(next.Id, store.Images.Get("app").Id);
        Assert.Empty(store.Images.Get(old.Id.ToString()).References);
        Assert.Equal(2, store.Images.List().Count);
    }

    [Fact]
    public async Task Config_keeps_what_docker_puts_in_it()
    {
        var config = new ImageConfig
        {
            Created = DateTimeOffset.UnixEpoch.AddDays(9),
            Config = new ProcessDefaults
            {
                Cmd = ["sh", "-c", "a < b && c"], Env = ["A=ü"], ExposedPorts = ["80/tcp"], Volumes = ["/data"], Labels = new Dictionary<string, string> { ["x"] = "y" },
                Healthcheck = new Healthcheck { Test = ["CMD", "true"], Interval = TimeSpan.FromSeconds(1.5), Retries = 2 }, OnBuild = ["RUN x"], Shell = ["/bin/bash", "-c"], StopSignal = "SIGINT", User = "me", WorkingDir = "/w",
            },
            History = [new HistoryEntry(DateTimeOffset.UnixEpoch, "RUN x", null, EmptyLayer: true)],
        };
        var image = await store.AddImageAsync(config: config);
        store.Reopen();
        var read = store.Images.Get(image.Id.ToString()).Config;
        Assert.Equivalent(config with { DiffIds = image.DiffIds }, read, strict: true);
        Assert.Contains("\"Interval\":1500000000", System.Text.Encoding.UTF8.GetString(store.Content.ReadAll(image.ConfigBlob.Digest)), StringComparison.Ordinal);
    }

    [Fact]
    public void Foreign_configs_with_nulls_and_unknown_fields_are_read()
    {
        var config = """{"architecture":"amd64","os":"linux","created":"2024-01-02T03:04:05.123456789Z","x":{"y":1},"config":{"Env":null,"Cmd":null,"Entrypoint":"single","ExposedPorts":{"1/tcp":{}},"Volumes":null,"Labels":null,"Healthcheck":{"Test":["NONE"]},"Tty":false},"rootfs":{"type":"layers","diff_ids":[]},"history":null}"""u8;
        var manifest = $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.DockerManifest}}","config":{"mediaType":"{{MediaTypes.DockerConfig}}","digest":"{{store.Content.Write(config)}}","size":{{config.Length}}},"layers":[]}""";
        var digest = store.Content.Write(System.Text.Encoding.UTF8.GetBytes(manifest));
        var image = store.Images.AddTarget(new Descriptor(MediaTypes.DockerManifest, digest, manifest.Length));
        Assert.Equal(["single"], image.Config.Config.Entrypoint!);
        Assert.Equal(["1/tcp"], image.Config.Config.ExposedPorts);
        Assert.Null(image.Config.Config.Cmd);
        Assert.Equal(2024, image.Config.Created!.Value.Year);
    }

    [Fact]
    public async Task Rmi_untags_until_the_last_name_and_then_deletes_blobs_and_layers()
    {
        var image = await store.AddImageAsync();
        store.Images.Tag(image.Id, ImageReference.Parse("a"));
        store.Images.Tag(image.Id, ImageReference.Parse("b"));
        Assert.Empty(Remove("a").Deleted);
        Assert.Equal([image.Id], Remove("b").Deleted);
        Assert.Empty(store.Content.All());
        Assert.False(store.Layers.Contains(image.DiffIds[0]));
        Assert.Empty(store.Images.List());
    }

    [Fact]
    public async Task Rmi_conflicts_are_in_dockers_words()
    {
        var image = await store.AddImageAsync();
        var id = image.Id.Short;
        store.Images.Tag(image.Id, ImageReference.Parse("a"));
        Assert.Equal($"conflict: unable to remove repository reference \"a\" (must force) - container cafe is using its referenced image {id}", Conflict("a", false, ("cafe", false)));
        Assert.Equal($"conflict: unable to delete {id} (cannot be forced) - image is being used by running container cafe", Conflict(id, true, ("cafe", true)));
        Assert.Equal($"conflict: unable to delete {id} (must be forced) - image is being used by stopped container cafe", Conflict(id, false, ("cafe", false)));
        store.Images.Tag(image.Id, ImageReference.Parse("b"));
        Assert.Equal($"conflict: unable to delete {id} (must be forced) - image is referenced in multiple repositories", Conflict(id, false, null));
        Assert.Equal(2, store.Images.Remove(id, true, true, _ => null).Untagged.Count);
    }

    [Fact]
    public async Task Forced_removal_by_name_of_a_running_image_only_untags()
    {
        var image = await store.AddImageAsync();
        store.Images.Tag(image.Id, ImageReference.Parse("a"));
        var removed = store.Images.Remove("a", true, true, _ => new ImageUser("cafe", true));
        Assert.Empty(removed.Deleted);
        Assert.Empty(store.Images.Get(image.Id.ToString()).References);
    }

    [Fact]
    public async Task Garbage_is_what_no_image_snapshot_lease_or_source_needs()
    {
        var (snapped, kept, leased) = (await store.AddImageAsync("1"), await store.AddImageAsync("2"), await store.AddImageAsync("3"));
        store.Snapshots.Create("s", snapped.DiffIds);
        store.Layers.KeepAlive(() => [kept.DiffIds[0]]);
        Remove(snapped.Id.ToString());
        Remove(kept.Id.ToString());
        using (store.Images.Lease())
        {
            await store.Layers.EnsureAsync(leased.Layers, null, CancellationToken.None);
            Remove(leased.Id.ToString());
            Assert.True(store.Layers.Contains(leased.DiffIds[0]));
        }

        Assert.True(store.Layers.Contains(snapped.DiffIds[0]));
        Assert.True(store.Layers.Contains(kept.DiffIds[0]));
        Assert.True(store.Content.Contains(kept.Layers[0].Blob.Digest));
        Assert.True(store.Images.CollectGarbage([], []) > 0);
        Assert.False(store.Layers.Contains(leased.DiffIds[0]));
        store.Snapshots.Remove("s");
        store.Images.CollectGarbage([], []);
        Assert.False(store.Layers.Contains(snapped.DiffIds[0]));
        Assert.Equal([kept.Layers[0].Blob.Digest], store.Content.All());
    }

    [Fact]
    public async Task What_is_only_mounted_keeps_its_last_name_unless_forced_and_goes_by_its_id()
    {
        var image = await store.AddImageAsync();
        store.Images.Tag(image.Id, ImageReference.Parse("one"));
        store.Images.Tag(image.Id, ImageReference.Parse("two"));
        Func<Digest, ImageUser?> mounted = _ => new ImageUser("abc", IsRunning: true, OnlyMounts: true);
        Assert.Empty(store.Images.Remove("two", false, true, mounted).Deleted);
        var refused = Assert.Throws<GantryException>(() => store.Images.Remove("one", false, true, mounted));
        Assert.Equal($"conflict: unable to remove repository reference \"one\" (must force) - container abc is using its referenced image {image.Id.Short}", refused.Message);
        Assert.Equal(ErrorKind.Conflict, refused.Kind);
        Assert.Equal([image.Id], store.Images.Remove("one", true, true, mounted).Deleted);

        var other = await store.AddImageAsync("2");
        store.Images.Tag(other.Id, ImageReference.Parse("one"));
        Assert.Equal([other.Id], store.Images.Remove(other.Id.ToString(), false, true, mounted).Deleted);
    }

    private RemovedImage Remove(string name) => store.Images.Remove(name, force: false, prune: true, _ => null);

    private string Conflict(string name, bool force, (string Container, bool IsRunning)? user)
    {
        var error = Assert.Throws<GantryException>(() => store.Images.Remove(name, force, true, _ => user is var (container, running) ? new ImageUser(container, running) : null));
        Assert.Equal(ErrorKind.Conflict, error.Kind);
        return error.Message;
    }
}
