using Gantry.Linux.Mounts;

namespace Gantry.Images.Tests;

[Trait("Ring", "integration")]
public sealed class SnapshotTests : IDisposable
{
    private readonly ScratchFolder store = new();

    public void Dispose() => store.Dispose();

    [Fact]
    public async Task A_committed_layer_unpacked_elsewhere_shows_the_same_tree()
    {
        var first = await store.CommitAsync([], root => Shell.Run("mkdir -p a/b gone keep; echo 1 > a/b/f; echo 2 > gone/x; echo 3 > removed; echo 4 > keep/old; ln removed hard", root));
        var second = await store.CommitAsync([first!], root => Shell.Run("rm removed; rm -r gone; mkdir gone; echo new > gone/y; rm -r keep; echo changed > a/b/f; mkdir a/c; chmod 2755 a", root));
        var mine = View([first!, second!], store);

        using var other = new ScratchFolder();
        foreach (var layer in new[] { first!, second! })
        {
            await other.Content.WriteAsync(store.Content.OpenRead(layer.Blob.Digest), layer.Blob.Digest, CancellationToken.None);
        }

        await other.Layers.EnsureAsync([first!, second!], null, CancellationToken.None);
        Assert.Equal(mine, View([first!, second!], other));
        Assert.DoesNotContain("removed", mine, StringComparison.Ordinal);
        Assert.DoesNotContain("gone/x", mine, StringComparison.Ordinal);
        Assert.Contains("gone/y", mine, StringComparison.Ordinal);

        var names = Shell.Run($"tar -tzf {store.In("content", "blobs", "sha256", second!.Blob.Digest.Hex)}").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains(".wh.removed", names);
        Assert.Contains(".wh.keep", names);
        Assert.Contains("gone/.wh..wh..opq", names);
        Assert.DoesNotContain("keep", names);
    }

    [Fact]
    public async Task Commit_without_consume_leaves_the_snapshot_as_it_is_and_gives_the_same_layer()
    {
        var snapshot = store.Snapshots.Create("c1", []);
        store.Snapshots.Mount(snapshot);
        File.WriteAllText(Path.Combine(snapshot.MergedDirectory, "f"), "x");
        var copied = await store.Snapshots.CommitAsync(snapshot, consume: false, null, CancellationToken.None);
        Assert.Equal("x", File.ReadAllText(Path.Combine(snapshot.MergedDirectory, "f")));
        var moved = await store.Snapshots.CommitAsync(snapshot, consume: true, null, CancellationToken.None);
        Assert.Equal(copied, moved);
        Assert.Null(store.Snapshots.Find("c1"));
        Assert.Equal(1, store.Layers.SizeOf(copied!.DiffId));
    }

    [Fact]
    public void What_a_killed_daemon_left_half_made_is_gone_and_the_rest_stays()
    {
        var whole = store.Snapshots.Create("whole", []);
        Directory.CreateDirectory(store.In("snapshots", "half"));
        store.Reopen();
        Assert.Equal(["whole"], Directory.GetDirectories(store.In("snapshots")).Select(Path.GetFileName));
        Assert.Equal(whole.UpperDirectory, store.Snapshots.Find("whole")!.UpperDirectory);
    }

    [Fact]
    public async Task Nothing_changed_is_no_layer()
    {
        var layer = await store.CommitAsync([], root => File.WriteAllText(Path.Combine(root, "f"), ""));
        Assert.Null(await store.CommitAsync([layer!], _ => { }));
    }

    [Fact]
    public async Task A_timestamp_caps_every_time()
    {
        var epoch = DateTimeOffset.FromUnixTimeSeconds(1_000_000);
        var snapshot = store.Snapshots.Create("s", []);
        Shell.Run("mkdir d; echo x > d/new; echo y > old; touch -d @5000 old; ln -s x l", snapshot.UpperDirectory);
        var layer = await store.Snapshots.CommitAsync(snapshot, consume: true, epoch, CancellationToken.None);
        Assert.Equal("1000000\n1000000\n1000000\n5000\n", Shell.Run("stat -c %Y d d/new l old", store.Layers.LowerDirectories([layer!.DiffId])[0]));
        Assert.DoesNotContain("2026", Shell.Run($"tar -tvzf {store.In("content", "blobs", "sha256", layer.Blob.Digest.Hex)}"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_hundred_and_twenty_one_layers_mount()
    {
        List<ImageLayer> layers = [];
        for (var i = 0; i < 121; i++)
        {
            var number = i;
            var snapshot = store.Snapshots.Create($"l{i}", [.. layers.Select(l => l.DiffId)]);
            File.WriteAllText(Path.Combine(snapshot.UpperDirectory, $"f{number}"), "x");
            layers.Add((await store.Snapshots.CommitAsync(snapshot, consume: true, null, CancellationToken.None))!);
        }

        var top = store.Snapshots.Create("top", [.. layers.Select(l => l.DiffId)]);
        store.Snapshots.Mount(top);
        Assert.Equal(121, Directory.GetFiles(top.MergedDirectory).Length);
    }

    [Fact]
    public async Task Snapshots_survive_a_restart_and_their_mounts_can_be_taken_over()
    {
        var layer = await store.CommitAsync([], root => File.WriteAllText(Path.Combine(root, "f"), "x"));
        var snapshot = store.Snapshots.Create("web", [layer!.DiffId]);
        store.Snapshots.Mount(snapshot);
        store.Reopen();
        var found = store.Snapshots.Find("web");
        Assert.Equal(snapshot.DiffIds, found!.DiffIds);
        store.Snapshots.Mount(found);
        store.Snapshots.Unmount(found);
        Assert.False(Mount.IsMountPoint(found.MergedDirectory));
        store.Snapshots.Unmount(found);
    }

    [Fact]
    public async Task Remove_unmounts_a_busy_snapshot()
    {
        var layer = await store.CommitAsync([], root => File.WriteAllText(Path.Combine(root, "f"), "x"));
        var snapshot = store.Snapshots.Create("busy", [layer!.DiffId]);
        store.Snapshots.Mount(snapshot);
        using var held = File.OpenRead(Path.Combine(snapshot.MergedDirectory, "f"));
        store.Snapshots.Remove("busy");
        Assert.False(Directory.Exists(store.In("snapshots", "busy")));
        store.Snapshots.Remove("busy");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_snapshot_mounts_again_after_a_volatile_mount(bool durable)
    {
        var layer = await store.CommitAsync([], root => File.WriteAllText(Path.Combine(root, "f"), "x"));
        var snapshot = store.Snapshots.Create("v", [layer!.DiffId]);
        store.Snapshots.Mount(snapshot, durable: false);
        store.Snapshots.Unmount(snapshot);
        store.Snapshots.Mount(snapshot, durable);
        Assert.True(File.Exists(Path.Combine(snapshot.MergedDirectory, "f")));
    }

    [Fact]
    public async Task Changes_are_dockers()
    {
        var layer = await store.CommitAsync([], root => Shell.Run("mkdir -p etc/conf var/log opt/x; echo 1 > etc/passwd; echo 2 > etc/gone; echo 3 > opt/x/y; echo 4 > var/log/a; touch -d @99 etc", root));
        var snapshot = store.Snapshots.Create("d", [layer!.DiffId]);
        store.Snapshots.Mount(snapshot);
        Shell.Run("echo more >> etc/passwd; rm etc/gone; mkdir new; echo n > new/f; rm -r opt; mkdir opt; echo z > opt/z; chmod 700 var/log", snapshot.MergedDirectory);
        Assert.Equal(
            ["Modified /etc", "Deleted /etc/gone", "Modified /etc/passwd", "Added /new", "Added /new/f", "Modified /opt", "Deleted /opt/x", "Added /opt/z", "Modified /var", "Modified /var/log"],
            store.Snapshots.Changes(snapshot).Select(c => $"{c.Kind} {c.Path}"));
    }

    [Fact]
    public async Task The_root_looks_as_the_image_says_but_can_always_be_entered()
    {
        using var tar = new MemoryStream();
        var writer = new TarWriter(tar);
        await writer.WriteHeaderAsync(new TarEntry { Name = "./"u8.ToArray(), Type = TarEntryType.Directory, Mode = 0x1C9, Uid = 7 }, default);
        await writer.CompleteAsync(default);
        tar.Position = 0;
        var image = await store.Archive.ImportAsync(tar, new ImageConfig(), "", CancellationToken.None);
        var snapshot = store.Snapshots.Create("r", image.DiffIds);
        store.Snapshots.Mount(snapshot);
        Assert.Equal("755 7\n", Shell.Run($"stat -c '%a %u' {snapshot.MergedDirectory}"));
    }

    [Fact]
    public async Task Whiteouts_of_a_foreign_layer_work_wherever_they_stand()
    {
        Shell.Run("""
            mkdir -p base/d base/e; echo 1 > base/d/low; echo 2 > base/e/low; echo 3 > base/f; chmod 700 base/e; chown 5:6 base/e; tar -C base -cf base.tar .
            mkdir -p top/d top/e; : > top/.wh.d; echo up > top/d/up; : > top/.wh.f; : > top/e/.wh.low; echo n > top/e/new
            tar -C top -cf top.tar d .wh.d .wh.f e/.wh.low e/new
            """, store.Path);
        var baseLayer = await AddBlobAsync("base.tar");
        var top = await AddBlobAsync("top.tar");
        await store.Layers.EnsureAsync([baseLayer, top], null, CancellationToken.None);
        var snapshot = store.Snapshots.Create("w", [baseLayer.DiffId, top.DiffId]);
        store.Snapshots.Mount(snapshot);
        Assert.Equal("d\nd/up\ne\ne/new\n", Shell.Run("find . -mindepth 1 -printf '%P\\n' | sort", snapshot.MergedDirectory));
        Assert.Equal("700 5:6\n", Shell.Run("stat -c '%a %u:%g' e", snapshot.MergedDirectory));
    }

    private async Task<ImageLayer> AddBlobAsync(string name)
    {
        await using var file = File.OpenRead(store.In(name));
        var (digest, size) = await store.Content.WriteAsync(file, null, CancellationToken.None);
        return new ImageLayer(new Descriptor(MediaTypes.OciLayer, digest, size), digest);
    }

    private static string View(IReadOnlyList<ImageLayer> layers, ScratchFolder store)
    {
        var snapshot = store.Snapshots.Create("view", [.. layers.Select(l => l.DiffId)]);
        store.Snapshots.Mount(snapshot);
        return Shell.Run("find . -mindepth 1 -printf '%P %y %m %U:%G %s %Ts %l\\n' | sed 's/ d \\([0-9]*\\) \\([0-9:]*\\) [0-9]*/ d \\1 \\2/' | sort; cat a/b/f", snapshot.MergedDirectory);
    }
}
