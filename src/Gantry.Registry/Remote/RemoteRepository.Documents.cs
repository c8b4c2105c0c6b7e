using Gantry.Core;
using Gantry.Images;

namespace Gantry.Registry;

internal sealed partial class RemoteRepository
{
    /// <summary>A small blob, such as a config, verified.</summary>
    public async Task<byte[]> GetBlobAsync(Descriptor blob, CancellationToken cancellationToken)
    {
        if (blob.Size > ManifestLimit)
        {
            throw new RegistryException($"blob {blob.Digest} is too long: {blob.Size} bytes");
        }

        return await new RetryPolicy(options).RunAsync(
            async _ =>
            {
                using var response = await connection.SendExpectingAsync(
                    () => new HttpRequestMessage(HttpMethod.Get, Resolve($"blobs/{blob.Digest}")), scopes, [], cancellationToken).ConfigureAwait(false);
                var bytes = await BoundedContent.ReadAsync(response, ManifestLimit, cancellationToken).ConfigureAwait(false)
                    ?? throw new RegistryException("unexpected EOF", retryable: true);
                return Digest.Of(bytes) == blob.Digest ? bytes : throw new RegistryException($"blob verification failed for digest {blob.Digest}", retryable: true);
            },
            null, cancellationToken).ConfigureAwait(false);
    }
}
