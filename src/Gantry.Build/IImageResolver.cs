using Gantry.Core;
using Gantry.Images;

namespace Gantry.Build;

/// <summary>The seam to images by name: Engine finds or pulls.</summary>
public interface IImageResolver
{
    /// <exception cref="GantryException">NotFound, Docker's words.</exception>
    Task<Image> ResolveAsync(ImageReference reference, Platform platform, ResolveOptions options, CancellationToken cancellationToken);
}

/// <summary>What a build says about how its base images are to be found.</summary>
/// <param name="Pull">Ask the registry even when the image is here.</param>
/// <param name="Registries">Credentials by registry, as the client keeps them.</param>
/// <param name="Progress">Gets <see cref="BuildEvent.PullProgress"/> and warnings.</param>
public sealed record ResolveOptions(bool Pull, IReadOnlyDictionary<string, RegistryCredentials> Registries, IProgress<BuildEvent> Progress)
{
    /// <summary>Asked for the credentials of a registry's domain that is not among <see cref="Registries"/>.</summary>
    public Func<string, CancellationToken, Task<RegistryCredentials>>? FindCredentials { get; init; }
}
