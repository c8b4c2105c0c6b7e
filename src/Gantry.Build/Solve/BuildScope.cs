using System.Collections.Concurrent;
using Gantry.Build.Cache;
using Gantry.Build.Files;
using Gantry.Core;
using Gantry.Images;

namespace Gantry.Build.Solve;

/// <summary>The lasting things that all builds of a <see cref="Builder"/> share.</summary>
internal sealed record BuildServices(
    BuildOptions Options, ImageStore Images, SnapshotStore Snapshots, IStepExecutor Executor, IImageResolver Resolver, StepCache Cache, FileHashes Hashes, CacheMounts CacheMounts, KeyedLocks StepLocks, Downloads Downloads);

/// <summary>What one build holds while it runs, and lets go of at its end: mounted trees, a folder for passing files.</summary>
internal sealed class BuildScope : IAsyncDisposable
{
    public const string SnapshotPrefix = "build-";

    private readonly ConcurrentDictionary<string, Lazy<Task<FileTree>>> trees = new();
    private readonly ConcurrentBag<string> snapshots = [];
    private readonly Lazy<FileTree> context;

    public BuildScope(BuildRequest request, BuildServices services, PathMatcher ignored)
    {
        Request = request;
        Services = services;
        context = new Lazy<FileTree>(() => new FileTree(request.ContextDirectory, ignored));
        ScratchDirectory = Path.Combine(services.Options.Directory, "scratch", Guid.NewGuid().ToString("N"));
        Directory.CreateDirectory(ScratchDirectory);
    }

    public BuildRequest Request { get; }

    public BuildServices Services { get; }

    /// <summary>Emptied at the end of the build.</summary>
    public string ScratchDirectory { get; }

    /// <summary>Keys of the steps that this build has executed: with no cache asked for they count as found the second time.</summary>
    public ConcurrentDictionary<Digest, StepRecord> Executed { get; } = new();

    /// <summary>Failures that were reported.</summary>
    public ConcurrentDictionary<Exception, byte> Failures { get; } = new(ReferenceEqualityComparer.Instance);

    public string NewScratchPath() => Path.Combine(ScratchDirectory, Guid.NewGuid().ToString("N"));

    /// <summary>The files of a source. Stages and images are mounted once per build.</summary>
    /// <param name="layers">The layers of a stage or image.</param>
    public Task<FileTree> TreeAsync(Source source, IReadOnlyList<ImageLayer> layers, CancellationToken cancellationToken) => source switch
    {
        Source.Context => Task.FromResult(context.Value),
        Source.OfDirectory { Path: var path } => Once("directory " + path, () => Task.FromResult(new FileTree(path, ContextFiles.Ignored(path, null)))),
        Source.Scratch => Once("scratch", () => Task.FromResult(new FileTree(Directory.CreateDirectory(NewScratchPath()).FullName))),
        _ => Once("layers " + string.Join(' ', layers.Select(layer => layer.DiffId.Hex)), async () => new FileTree((await MountAsync(layers, cancellationToken).ConfigureAwait(false)).MergedDirectory)),
    };

    /// <summary>Mounts layers in a snapshot that nobody will commit; it goes with the build, or earlier by <see cref="SnapshotStore.Remove"/>.</summary>
    public async Task<Snapshot> MountAsync(IReadOnlyList<ImageLayer> layers, CancellationToken cancellationToken)
    {
        var snapshot = await CreateSnapshotAsync(layers, cancellationToken).ConfigureAwait(false);
        snapshots.Add(snapshot.Id);
        Services.Snapshots.Mount(snapshot, durable: false);
        return snapshot;
    }

    public async Task<Snapshot> CreateSnapshotAsync(IReadOnlyList<ImageLayer> layers, CancellationToken cancellationToken)
    {
        await Services.Images.Layers.EnsureAsync(layers, null, cancellationToken).ConfigureAwait(false);
        return Services.Snapshots.Create(SnapshotPrefix + Guid.NewGuid().ToString("N"), [.. layers.Select(layer => layer.DiffId)]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var tree in trees.Values.Where(tree => tree.IsValueCreated))
        {
            try
            {
                (await tree.Value.ConfigureAwait(false)).Dispose();
            }
            catch (Exception)
            {
                // Whoever asked for this tree was told already.
            }
        }

        if (context.IsValueCreated)
        {
            context.Value.Dispose();
        }

        foreach (var id in snapshots)
        {
            Services.Snapshots.Remove(id);
        }

        Linux.Files.FileSystem.RemoveTree(ScratchDirectory);
    }

    private Task<FileTree> Once(string key, Func<Task<FileTree>> open) => trees.GetOrAdd(key, _ => new Lazy<Task<FileTree>>(open)).Value;
}
