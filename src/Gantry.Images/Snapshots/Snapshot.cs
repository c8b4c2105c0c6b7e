using Gantry.Core;

namespace Gantry.Images;

/// <summary>A writable overlay over a chain of layers: upper, work and merged directories under the store's folder.</summary>
public sealed record Snapshot(string Id, IReadOnlyList<Digest> DiffIds, string UpperDirectory, string MergedDirectory);
