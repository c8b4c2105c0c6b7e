using Gantry.Build.Cache;
using Gantry.Build.Files;
using Gantry.Build.Solve;
using Gantry.Core;
using Gantry.Images;
using Gantry.Linux.Files;
using Gantry.State;

namespace Gantry.Build;

/// <summary>Dockerfile to image: parse, graph, content-addressed cache, parallel solve.</summary>
public sealed class Builder
{
    private readonly BuildServices services;
    private readonly CacheInventory inventory;
    private readonly SortedSet<DateTimeOffset> running = [];
    private readonly Lock gate = new();

    public Builder(BuildOptions options, Database database, ImageStore images, SnapshotStore snapshots, IStepExecutor executor, IImageResolver resolver)
    {
        var cache = new StepCache(database, images);
        var mounts = new CacheMounts(Path.Combine(options.Directory, "cache-mounts"));
        services = new BuildServices(options, images, snapshots, executor, resolver, cache, new FileHashes(), mounts, new KeyedLocks(), new Downloads(cache));
        inventory = new CacheInventory(cache, mounts, images, snapshots, Path.GetFullPath(options.Directory));
        RemoveLeftovers();

        // Removing an image collects at once; what the cache knows stays.
        images.Layers.KeepAlive(CachedLayers);
    }

    /// <summary>
    /// Builds and returns the (untagged) image. Failure: InvalidArgument for a Dockerfile's error ("dockerfile parse error on
    /// line 3: unknown instruction: FOO"), and for a failing RUN Internal "The command '/bin/sh -c exit 3' returned a non-zero
    /// code: 3", with nothing half made.
    /// </summary>
    public async Task<Image> BuildAsync(BuildRequest request, IProgress<BuildEvent> progress, CancellationToken cancellationToken)
    {
        using var lease = services.Images.Lease();
        var started = Enter();
        try
        {
            return await new BuildRun(request, services, progress).RunAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (gate)
            {
                running.Remove(started);
            }
        }
    }

    /// <summary>What the cache keeps alive: blobs, diff IDs and chain IDs of its layers.</summary>
    public IEnumerable<Digest> CachedLayers()
    {
        foreach (var (_, record) in services.Cache.All())
        {
            if (record.Layer?.ToLayer() is { } layer)
            {
                yield return layer.Blob.Digest;
                yield return layer.DiffId;
                yield return LayerStore.ChainId([.. record.Parents.Select(parent => Digest.Parse(parent)), layer.DiffId]);
            }
        }
    }

    /// <summary>docker builder prune: forgets steps and removes cache mounts that are picked and that no running build needs.</summary>
    public CachePruned Prune(CachePrune prune) => inventory.Prune(prune, RunningSince, CachedLayers);

    /// <summary>All that the cache keeps.</summary>
    public IReadOnlyList<CacheRecord> CacheRecords() => inventory.Records(RunningSince);

    private DateTimeOffset? RunningSince
    {
        get
        {
            lock (gate)
            {
                return running.Count > 0 ? running.Min : null;
            }
        }
    }

    private DateTimeOffset Enter()
    {
        lock (gate)
        {
            // Unique, to be told apart when it leaves.
            var now = DateTimeOffset.UtcNow;
            while (!running.Add(now))
            {
                now = now.AddTicks(1);
            }

            return now;
        }
    }

    // A daemon that was killed in the middle of a build.
    private void RemoveLeftovers()
    {
        foreach (var snapshot in services.Snapshots.All().Where(snapshot => snapshot.Id.StartsWith(BuildScope.SnapshotPrefix, StringComparison.Ordinal)).ToList())
        {
            services.Snapshots.Remove(snapshot.Id);
        }

        FileSystem.RemoveTree(Path.Combine(Path.GetFullPath(services.Options.Directory), "scratch"));
        Directory.CreateDirectory(services.Options.Directory);
    }
}
