namespace Gantry.Images.Tests;

/// <summary>Against a real Docker Engine, when GANTRY_PEER_DOCKER_HOST says where one is.</summary>
[Trait("Ring", "compatibility")]
public sealed class DockerInteropTests : IDisposable
{
    private const string Variable = "GANTRY_PEER_DOCKER_HOST";
    private readonly string? host = Environment.GetEnvironmentVariable(Variable);
    private readonly string tag = $"gantry-interop-{Guid.NewGuid():N}";
    private readonly ScratchFolder store = new();

    public void Dispose()
    {
        if (host is not null)
        {
            Docker($"docker rmi -f {tag}:1 {tag}:2 {tag}-ours:1 >/dev/null 2>&1 || true");
        }

        store.Dispose();
    }

    [Fact]
    public async Task Dockers_save_loads_here_and_ours_loads_there()
    {
        Assert.SkipUnless(host is not null, $"{Variable} is not set");
        Shell.Run("mkdir -p r/bin r/etc && cp /bin/busybox r/bin/sh && ln -s sh r/bin/ls && mkfifo r/pipe && ln r/bin/sh r/bin/hard", store.Path);
        Docker($"""
            tar -C r -c . | docker import -c 'CMD ["sh"]' -c 'ENV A=b' - {tag}:1 && docker tag {tag}:1 {tag}:2
            id=$(docker create --network none {tag}:1) && echo x > new && docker cp new $id:/etc/new && docker commit -c 'LABEL a=b' $id {tag}:2 && docker rm $id
            docker save -o d.tar {tag}:1 {tag}:2
            """);
        await using (var archive = File.OpenRead(store.In("d.tar")))
        {
            var loaded = await store.Archive.LoadAsync(archive, null, CancellationToken.None);
            Assert.Equal([$"{tag}:1", $"{tag}:2"], loaded.SelectMany(l => l.References).Select(r => r.Familiar).Order());
        }

        var image = store.Images.Get($"{tag}:2");
        Assert.Equal("b", image.Config.Config.Labels["a"]);
        var layer = await store.CommitAsync(image.Layers, root => Shell.Run("rm etc/new; rm bin/hard; echo ours > etc/ours; mkdir -p deep/er; ln -s ours etc/link", root));
        var ours = store.Images.Add(image.Config with { History = [.. image.Config.History, new HistoryEntry(DateTimeOffset.UnixEpoch, "ours", null, false)] }, [.. image.Layers, layer!]);
        store.Images.Tag(ours.Id, Core.ImageReference.Parse($"{tag}-ours:1"));
        await using (var output = File.Create(store.In("o.tar")))
        {
            await store.Archive.SaveAsync([$"{tag}-ours:1", $"{tag}:1"], null, output, CancellationToken.None);
        }

        Assert.Contains($"Loaded image: {tag}-ours:1", Docker("docker load -i o.tar"), StringComparison.Ordinal);
        var listing = Docker($"id=$(docker create --network none {tag}-ours:1) && docker export $id | tar -t | grep -vE '^(dev|proc|sys)/|dockerenv' | sort; docker rm $id >/dev/null");
        Assert.Contains("etc/ours\n", listing, StringComparison.Ordinal);
        Assert.DoesNotContain("etc/new", listing, StringComparison.Ordinal);
        Assert.DoesNotContain("bin/hard", listing, StringComparison.Ordinal);
        Docker($"docker save -o back.tar {tag}-ours:1");
        await using var back = File.OpenRead(store.In("back.tar"));
        var again = await store.Archive.LoadAsync(back, null, CancellationToken.None);
        Assert.Equal(ours.DiffIds, again[0].Image.DiffIds);
        Assert.Equal(ours.ConfigBlob.Digest, again[0].Image.ConfigBlob.Digest);
    }

    private string Docker(string script) => Shell.Run($"export DOCKER_HOST={host}; {script}", store.Path);
}
