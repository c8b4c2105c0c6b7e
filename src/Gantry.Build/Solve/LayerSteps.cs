using Gantry.Build.Cache;
using Gantry.Core;
using Gantry.Images;

namespace Gantry.Build.Solve;

/// <summary>What became of a step that makes a layer.</summary>
internal sealed record LayerResult(ImageLayer? Layer, DateTimeOffset Created, bool Cached);

/// <summary>Steps that make a layer: found by their key, or done in a fresh snapshot that becomes the layer or vanishes.</summary>
internal sealed class LayerSteps(BuildScope scope)
{
    public async Task<LayerResult> DoAsync(
        Digest key, string description, IReadOnlyList<ImageLayer> parents, Func<Snapshot, CancellationToken, Task> change, CancellationToken cancellationToken)
    {
        // The same step of another stage, or of another build, is waited for rather than done twice.
        using var hold = await scope.Services.StepLocks.HoldAsync(key.Hex, cancellationToken).ConfigureAwait(false);
        if (Find(key) is { } found)
        {
            return new LayerResult(found.Layer?.ToLayer(), found.Created, Cached: true);
        }

        var layer = await ExecuteAsync(parents, change, cancellationToken).ConfigureAwait(false);
        var now = DateTimeOffset.UtcNow;
        var record = new StepRecord
        {
            Description = description,
            Parents = [.. parents.Select(parent => parent.DiffId.ToString())],
            Layer = layer is null ? null : LayerRecord.From(layer),
            Created = scope.Request.SourceDateEpoch ?? now,
            LastUsed = now,
        };
        scope.Services.Cache.Put(key, record);
        scope.Executed[key] = record;
        return new LayerResult(layer, record.Created, Cached: false);
    }

    private StepRecord? Find(Digest key) =>
        scope.Executed.TryGetValue(key, out var record) ? record : scope.Request.NoCache ? null : scope.Services.Cache.Find(key);

    private async Task<ImageLayer?> ExecuteAsync(IReadOnlyList<ImageLayer> parents, Func<Snapshot, CancellationToken, Task> change, CancellationToken cancellationToken)
    {
        var snapshots = scope.Services.Snapshots;
        var snapshot = await scope.CreateSnapshotAsync(parents, cancellationToken).ConfigureAwait(false);
        try
        {
            snapshots.Mount(snapshot, durable: false);
            await change(snapshot, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            snapshots.Unmount(snapshot);
            return await snapshots.CommitAsync(snapshot, consume: true, scope.Request.SourceDateEpoch, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            snapshots.Remove(snapshot.Id);
        }
    }
}
