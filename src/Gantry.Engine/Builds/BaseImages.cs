using Gantry.Build;
using Gantry.Core;
using Gantry.Engine.Images;
using Gantry.Images;
using Gantry.Registry;

namespace Gantry.Engine.Builds;

/// <summary>Base images of builds, with their layers unpacked: those that are here, else from their registry.</summary>
internal sealed class BaseImages(ImageStore images, ImageTransfers transfers) : IImageResolver
{
    /// <exception cref="GantryException">The image is not here, and the registry does not give it.</exception>
    public async Task<Image> ResolveAsync(ImageReference reference, Platform platform, ResolveOptions options, CancellationToken cancellationToken)
    {
        var name = reference.WithDefaultTag();
        var local = images.Find(name.ToString(), platform);
        var image = local is null || options.Pull ? await PullAsync(name, platform, local, options, cancellationToken) : local;
        await images.Layers.EnsureAsync(image.Layers, null, cancellationToken);
        return image;
    }

    private async Task<Image> PullAsync(ImageReference name, Platform platform, Image? local, ResolveOptions options, CancellationToken cancellationToken)
    {
        try
        {
            var credentials = RegistryKeys.Find(options.Registries, name.Domain);
            if (credentials == RegistryCredentials.Anonymous && options.FindCredentials is { } find)
            {
                credentials = await find(name.Domain, cancellationToken);
            }

            return (await transfers.PullAsync(name, platform, credentials, new PullLines(options.Progress), cancellationToken)).Image;
        }
        catch (GantryException e) when (local is not null && e.Kind is ErrorKind.Internal or ErrorKind.Unavailable)
        {
            // --pull on a machine without a network: the image that is here is the best there is.
            options.Progress.Report(new BuildEvent.Warning($"{name.Familiar}: the registry is not in reach, using the image that is here ({e.Message})", 0));
            return local!;
        }
        catch (GantryException e)
        {
            throw new GantryException(e.Kind, $"failed to resolve source metadata for {name}: {e.Message}{Hint(name, e)}", e);
        }
    }

    private static string Hint(ImageReference name, GantryException exception) =>
        exception.Kind == ErrorKind.Internal && name is { Domain: "docker.io", Path: "library/debian" or "library/busybox" }
            ? $" (without a registry, a base image can be made with: gantry image bootstrap {name.Familiar})" : "";

    private sealed class PullLines(IProgress<BuildEvent> progress) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value) => progress.Report(new BuildEvent.PullProgress(value.Status, value.Id, value.Bytes));
    }
}
