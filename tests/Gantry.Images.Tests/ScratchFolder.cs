using Gantry.Linux.Files;
using Gantry.Linux.Mounts;
using Gantry.State;

namespace Gantry.Images.Tests;

/// <summary>Stores in a folder of their own; nothing is left mounted or on disk at the end.</summary>
public sealed class ScratchFolder : IDisposable
{
    private Database? database;

    public ScratchFolder()
    {
        Content = new ContentStore(In("content"));
        Layers = new LayerStore(In("layers"), Content);
        Snapshots = new SnapshotStore(In("snapshots"), Layers);
        Images = new ImageStore(database = Database.Open(In("state", "gantry.db")), Content, Layers);
        Archive = new ImageArchive(Images);
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("gantry-images-").FullName;

    public ContentStore Content { get; private set; }

    public LayerStore Layers { get; private set; }

    public SnapshotStore Snapshots { get; private set; }

    public ImageStore Images { get; private set; }

    public ImageArchive Archive { get; private set; }

    public string In(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>As after a restart of the daemon.</summary>
    public void Reopen()
    {
        database!.Dispose();
        Content = new ContentStore(In("content"));
        Layers = new LayerStore(In("layers"), Content);
        Snapshots = new SnapshotStore(In("snapshots"), Layers);
        Images = new ImageStore(database = Database.Open(In("state", "gantry.db")), Content, Layers);
        Archive = new ImageArchive(Images);
    }

    /// <summary>A layer made by changing a snapshot over <paramref name="below"/>.</summary>
    public async Task<ImageLayer?> CommitAsync(IReadOnlyList<ImageLayer> below, Action<string> change, bool consume = true)
    {
        var snapshot = Snapshots.Create(Guid.NewGuid().ToString("N"), [.. below.Select(l => l.DiffId)]);
        Snapshots.Mount(snapshot, durable: false);
        change(snapshot.MergedDirectory);
        var layer = await Snapshots.CommitAsync(snapshot, consume, null, CancellationToken.None);
        Snapshots.Remove(snapshot.Id);
        return layer;
    }

    /// <summary>An image of one layer with one file.</summary>
    public async Task<Image> AddImageAsync(string content = "hello", ImageConfig? config = null)
    {
        var layer = await CommitAsync([], root => File.WriteAllText(System.IO.Path.Combine(root, "file"), content));
        return Images.Add(config ?? new ImageConfig(), [layer!]);
    }

    public void Dispose()
    {
        foreach (var snapshot in Snapshots.All())
        {
            while (Mount.Unmount(snapshot.MergedDirectory))
            {
            }
        }

        database!.Dispose();
        FileSystem.RemoveTree(Path);
    }
}
