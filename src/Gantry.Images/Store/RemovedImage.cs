using Gantry.Core;

namespace Gantry.Images;

/// <summary>What <c>docker rmi</c> prints: names taken away, images deleted.</summary>
public sealed record RemovedImage(IReadOnlyList<ImageReference> Untagged, IReadOnlyList<Digest> Deleted);
