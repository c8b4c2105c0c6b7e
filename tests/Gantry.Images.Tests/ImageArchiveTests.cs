using Gantry.Core;

namespace Gantry.Images.Tests;

[Trait("Ring", "integration")]
public sealed class ImageArchiveTests : IDisposable
{
    private readonly ScratchFolder store = new();

    public void Dispose() => store.Dispose();

    [Fact]
    public async Task What_is_saved_loads_elsewhere_with_the_same_id_and_names()
    {
        var (first, second) = (await store.AddImageAsync("1"), await store.AddImageAsync("2"));
        store.Images.Tag(first.Id, ImageReference.Parse("registry:5000/x/one:v1"));
        store.Images.Tag(first.Id, ImageReference.Parse("one"));
        store.Images.Tag(second.Id, ImageReference.Parse("two"));
        var saved = await SaveAsync("one", "registry:5000/x/one:v1", "two");

        using var other = new ScratchFolder();
        var loaded = await other.Archive.LoadAsync(new MemoryStream(saved), null, CancellationToken.None);
        Assert.Equal([first.Id, second.Id], loaded.Select(l => l.Image.Id));
        Assert.Equal(first.Id, other.Images.Get("registry:5000/x/one:v1").Id);
        Assert.Equal(["one:latest", "registry:5000/x/one:v1"], loaded[0].References.Select(r => r.Familiar));
        var snapshot = other.Snapshots.Create("c", second.DiffIds);
        other.Snapshots.Mount(snapshot);
        Assert.Equal("2", File.ReadAllText(Path.Combine(snapshot.MergedDirectory, "file")));
    }

    [Fact]
    public async Task A_bare_repository_is_saved_with_all_its_tags()
    {
        var (first, second) = (await store.AddImageAsync("1"), await store.AddImageAsync("2"));
        store.Images.Tag(first.Id, ImageReference.Parse("repo:a"));
        store.Images.Tag(second.Id, ImageReference.Parse("repo:b"));
        store.Images.Tag(second.Id, ImageReference.Parse("other/repo:c"));
        var saved = await SaveAsync("repo", "repo:a");

        using var other = new ScratchFolder();
        var loaded = await other.Archive.LoadAsync(new MemoryStream(saved), null, CancellationToken.None);
        Assert.Equal([(first.Id, "repo:a"), (second.Id, "repo:b")], loaded.Select(l => (l.Image.Id, Assert.Single(l.References).Familiar)));
        await Assert.ThrowsAsync<GantryException>(() => SaveAsync("rep"));
    }

    [Fact]
    public async Task What_is_saved_by_its_digest_has_no_name_in_the_archive()
    {
        var image = await store.AddImageAsync();
        store.Images.Tag(image.Id, ImageReference.Parse("one"));
        var saved = await SaveAsync($"one@{image.Id}");

        using var other = new ScratchFolder();
        Assert.Empty(Assert.Single(await other.Archive.LoadAsync(new MemoryStream(saved), null, CancellationToken.None)).References);
        await File.WriteAllBytesAsync(store.In("digest.tar"), saved, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("annotations", Shell.Run("tar -xOf digest.tar index.json", store.Path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Configs_and_layers_are_as_old_as_their_image()
    {
        var added = await store.AddImageAsync();
        var image = store.Images.Add(added.Config with { Created = new DateTimeOffset(2024, 2, 3, 4, 5, 6, 789, TimeSpan.Zero) }, added.Layers);
        await File.WriteAllBytesAsync(store.In("times.tar"), await SaveAsync(image.Id.ToString()), TestContext.Current.CancellationToken);

        var times = Shell.Run("TZ=UTC tar -tvf times.tar --full-time | awk '{ print $6, $4, $5 }'", store.Path).Split('\n');
        Assert.Contains($"blobs/sha256/{image.ConfigBlob.Digest.Hex} 2024-02-03 04:05:06", times);
        Assert.Contains($"blobs/sha256/{image.Layers[0].Blob.Digest.Hex} 2024-02-03 04:05:06", times);
        Assert.Contains($"blobs/sha256/{image.Id.Hex} 1970-01-01 00:00:00", times);
        Assert.Contains("index.json 1970-01-01 00:00:00", times);
    }

    [Fact]
    public async Task An_old_docker_archive_loads_with_shared_layers_as_links()
    {
        Shell.Run("""
            mkdir -p l a/one a/two; echo hi > l/f; tar -C l -cf a/one/layer.tar f; ln -s ../one/layer.tar a/two/layer.tar
            id=$(sha256sum a/one/layer.tar | cut -d' ' -f1)
            printf '{"architecture":"amd64","os":"linux","config":{"Cmd":["a"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' $id > a/c1.json
            printf '{"architecture":"amd64","os":"linux","config":{"Cmd":["b"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' $id > a/c2.json
            printf '[{"Config":"c1.json","RepoTags":["old:1","old:2"],"Layers":["one/layer.tar"]},{"Config":"c2.json","RepoTags":null,"Layers":["two/layer.tar"]}]' > a/manifest.json
            tar -C a -czf a.tar.gz c1.json c2.json manifest.json one two
            """, store.Path);
        await using var archive = File.OpenRead(store.In("a.tar.gz"));
        var loaded = await store.Archive.LoadAsync(archive, null, CancellationToken.None);
        Assert.Equal(["old:1", "old:2"], loaded[0].References.Select(r => r.Familiar));
        Assert.Equal(["b"], loaded[1].Image.Config.Config.Cmd!);
        Assert.Equal(loaded[0].Image.DiffIds, loaded[1].Image.DiffIds);
    }

    [Fact]
    public async Task A_bad_archive_registers_nothing()
    {
        var image = await store.AddImageAsync();
        store.Images.Tag(image.Id, ImageReference.Parse("one"));
        var saved = await SaveAsync("one");
        using var other = new ScratchFolder();
        var random = new Random(1);
        for (var round = 0; round < 40; round++)
        {
            var damaged = (byte[])saved.Clone();
            damaged = round % 2 == 0 ? damaged[..random.Next(saved.Length - 2048)] : damaged;
            damaged[random.Next(damaged.Length)] ^= 0x40;
            try
            {
                await other.Archive.LoadAsync(new MemoryStream(damaged), null, CancellationToken.None);
                Assert.Equal(image.DiffIds, Assert.Single(other.Images.List()).DiffIds);
                other.Images.Remove(image.Id.ToString(), true, true, _ => null);
            }
            catch (GantryException e) when (e.Kind == ErrorKind.InvalidArgument)
            {
                Assert.Empty(other.Images.List());
            }
        }
    }

    [Fact]
    public async Task Wrong_diff_ids_are_refused()
    {
        var image = await store.AddImageAsync();
        var lied = image.Layers[0] with { DiffId = Digest.Of("other"u8) };
        var wrong = store.Images.Add(new ImageConfig(), [lied]);
        store.Images.Tag(wrong.Id, ImageReference.Parse("lie"));
        var saved = await SaveAsync("lie");
        using var other = new ScratchFolder();
        var error = await Assert.ThrowsAsync<GantryException>(() => other.Archive.LoadAsync(new MemoryStream(saved), null, CancellationToken.None));
        Assert.Contains("wrong diff id", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_imported_tar_becomes_an_image_of_one_layer()
    {
        Shell.Run("mkdir r; echo x > r/x; ln -s target r/link; tar -C r -c . | zstd -q > r.tar.zst", store.Path);
        await using var tar = File.OpenRead(store.In("r.tar.zst"));
        var image = await store.Archive.ImportAsync(tar, new ImageConfig { Config = new ProcessDefaults { Cmd = ["/x"] } }, "Imported from -", CancellationToken.None);
        Assert.Equal("Imported from -", Assert.Single(image.Config.History).Comment);
        Assert.NotNull(image.Config.Created);
        Assert.True(store.Layers.Contains(image.DiffIds[0]));

        // "x\n" and "target": as overlay2 counts.
        Assert.Equal(8, store.Layers.SizeOf(image.DiffIds[0]));
    }

    [Theory]
    [InlineData("/", "etc/,etc/hosts,etc/link")]
    [InlineData("/etc", "etc/,etc/hosts,etc/link")]
    [InlineData("/etc/.", "./,./hosts,./link")]
    [InlineData("/etc/hosts", "hosts")]
    [InlineData("/etc/link", "link")]
    public async Task Export_names_members_as_docker_cp_expects(string path, string expected)
    {
        Shell.Run("mkdir -p r/etc; echo x > r/etc/hosts; ln -s hosts r/etc/link", store.Path);
        await using (var output = File.Create(store.In("o.tar")))
        {
            await ImageArchive.ExportAsync(store.In("r"), path, output, CancellationToken.None);
        }

        Assert.Equal(expected, string.Join(',', Shell.Run("tar -tf o.tar", store.Path).Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    private async Task<byte[]> SaveAsync(params string[] names)
    {
        using var stream = new MemoryStream();
        await store.Archive.SaveAsync(names, null, stream, CancellationToken.None);
        return stream.ToArray();
    }
}
