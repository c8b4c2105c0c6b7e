using Gantry.Core;
using Gantry.Images;

namespace Gantry.Registry;

/// <summary>A manifest or an index as its registry keeps it.</summary>
public sealed record RegistryManifest(Descriptor Descriptor, byte[] Bytes, Manifest Document);

/// <content>Single documents, for tools that compose them.</content>
public sealed partial class RegistryClient
{
    /// <exception cref="GantryException">NotFound; Unauthorized; Internal.</exception>
    public Task<RegistryManifest> GetManifestAsync(ImageReference reference, RegistryCredentials credentials, CancellationToken cancellationToken) =>
        OnRepositoryAsync(reference, credentials, pull: true, async repository =>
        {
            var found = await repository.GetManifestAsync(reference.Digest?.ToString() ?? reference.WithDefaultTag().Tag!, cancellationToken).ConfigureAwait(false);
            return new RegistryManifest(found.Descriptor, found.Bytes, found.Document);
        }, cancellationToken);

    /// <summary>A small blob, such as a config.</summary>
    /// <exception cref="GantryException">NotFound; Unauthorized; Internal.</exception>
    public Task<byte[]> GetBlobAsync(ImageReference reference, Descriptor blob, RegistryCredentials credentials, CancellationToken cancellationToken) =>
        OnRepositoryAsync(reference, credentials, pull: true, repository => repository.GetBlobAsync(blob, cancellationToken), cancellationToken);

    /// <summary>Stores a document under the reference's digest, else its tag, after the blobs it names were mounted from another repository of the registry.</summary>
    /// <param name="from">The repository's path there; null when the blobs are there already.</param>
    /// <exception cref="GantryException">Unauthorized; Internal, also when a blob cannot be mounted.</exception>
    public Task PutManifestAsync(
        ImageReference reference, string mediaType, byte[] bytes, string? from, IReadOnlyList<Descriptor> blobs, RegistryCredentials credentials, CancellationToken cancellationToken) =>
        OnRepositoryAsync(reference, credentials, pull: false, async repository =>
        {
            foreach (var blob in from is null ? [] : blobs)
            {
                if (!await repository.HasBlobAsync(blob.Digest, cancellationToken).ConfigureAwait(false)
                    && await repository.MountAsync(blob.Digest, from!, cancellationToken).ConfigureAwait(false) is not null)
                {
                    throw new GantryException(ErrorKind.Internal, $"the registry does not mount blob {blob.Digest} from {from}");
                }
            }

            await repository.PutManifestAsync(reference.Digest?.ToString() ?? reference.WithDefaultTag().Tag!, mediaType, bytes, cancellationToken).ConfigureAwait(false);
            return true;
        }, cancellationToken);

    private async Task<T> OnRepositoryAsync<T>(ImageReference reference, RegistryCredentials credentials, bool pull, Func<RemoteRepository, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await WithRepositoryAsync(reference, credentials, pull, work, cancellationToken).ConfigureAwait(false);
        }
        catch (RegistryException e)
        {
            throw PullErrors.Translate(e, reference);
        }
    }
}
