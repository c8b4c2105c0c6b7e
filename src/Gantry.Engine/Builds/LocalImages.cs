using Gantry.Build;
using Gantry.Core;
using Gantry.Images;

namespace Gantry.Engine.Builds;

/// <summary>Base images of builds: those that are here, with their layers unpacked.</summary>
internal sealed class LocalImages(ImageStore images) : IImageResolver
{
    /// <exception cref="GantryException">NotFound, naming the way to get the image.</exception>
    public async Task<Image> ResolveAsync(ImageReference reference, Platform platform, bool pull, CancellationToken cancellationToken)
    {
        var image = images.Find(reference.WithDefaultTag().ToString(), platform)
            ?? throw GantryException.NotFound($"{reference.WithDefaultTag().Familiar}: not found: this release of Gantry has no registry client yet; make a base image with: gantry image bootstrap {reference.WithDefaultTag().Familiar}");
        await images.Layers.EnsureAsync(image.Layers, null, cancellationToken);
        return image;
    }
}
