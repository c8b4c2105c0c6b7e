using Gantry.Core;
using Gantry.Images;

namespace Gantry.Build;

/// <summary>The seam to images by name: Engine finds or pulls.</summary>
public interface IImageResolver
{
    /// <exception cref="GantryException">NotFound, Docker's words.</exception>
    Task<Image> ResolveAsync(ImageReference reference, Platform platform, bool pull, CancellationToken cancellationToken);
}
