using System.Net;
using System.Net.Http.Headers;
using Gantry.Core;
using Gantry.Images;

namespace Gantry.Registry;

internal sealed partial class RemoteRepository
{
    public async Task<bool> HasBlobAsync(Digest digest, CancellationToken cancellationToken)
    {
        using var response = await connection.SendAsync(
            () => new HttpRequestMessage(HttpMethod.Head, Resolve($"blobs/{digest}")), scopes, [HttpStatusCode.NotFound], cancellationToken).ConfigureAwait(false);
        return response.IsSuccessStatusCode;
    }

    /// <summary>
    /// Mounts a blob from another repository of this registry. Null when it is mounted, else where to upload it.
    /// </summary>
    public Task<Uri?> MountAsync(Digest digest, string from, CancellationToken cancellationToken) =>
        BeginAsync($"?mount={Uri.EscapeDataString(digest.ToString())}&from={Uri.EscapeDataString(from)}", [.. scopes, $"repository:{from}:pull"], cancellationToken);

    /// <summary>Uploads in one piece; when that does not work, in smaller ones.</summary>
    /// <param name="location">From <see cref="MountAsync"/>; null to begin a new upload.</param>
    /// <param name="progress">Told the bytes that are there.</param>
    public async Task UploadAsync(Descriptor blob, ContentStore content, Uri? location, Action<long>? progress, Action<TimeSpan>? retrying, CancellationToken cancellationToken)
    {
        await new RetryPolicy(options).RunAsync(
            async attempt =>
            {
                var target = location ?? await BeginUploadAsync(cancellationToken).ConfigureAwait(false);
                location = null;
                try
                {
                    await (attempt == 1 || blob.Size <= options.ChunkSize
                        ? UploadWholeAsync(blob, content, target, progress, cancellationToken)
                        : UploadPiecesAsync(blob, content, target, progress, cancellationToken)).ConfigureAwait(false);
                    return true;
                }
                catch (RegistryException e) when (attempt == 1 && !e.Retryable && e.Status is HttpStatusCode.RequestEntityTooLarge && blob.Size > options.ChunkSize)
                {
                    throw new RegistryException(e.Message, retryable: true, e) { Status = e.Status, Code = e.Code };
                }
            },
            retrying, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>In pieces of the options' chunk size, each answered before the next is sent.</summary>
    public async Task UploadPiecesAsync(Descriptor blob, ContentStore content, Uri target, Action<long>? progress, CancellationToken cancellationToken)
    {
        for (var offset = 0L; offset < blob.Size;)
        {
            var length = Math.Min(options.ChunkSize, blob.Size - offset);
            using var piece = await SendPieceAsync(HttpMethod.Patch, target, blob, content, offset, length, progress, cancellationToken).ConfigureAwait(false);
            target = LocationOf(piece);
            offset += length;
        }

        using var response = await connection.SendAsync(
            () => new HttpRequestMessage(HttpMethod.Put, Finish(target, blob.Digest)) { Content = new ByteArrayContent([]) }, scopes, [], cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Where the next blob is to be put.</summary>
    public async Task<Uri> BeginUploadAsync(CancellationToken cancellationToken) =>
        await BeginAsync("", scopes, cancellationToken).ConfigureAwait(false) ?? throw new RegistryException("the registry began no upload");

    private async Task<Uri?> BeginAsync(string query, IReadOnlyList<string> wanted, CancellationToken cancellationToken)
    {
        using var response = await connection.SendAsync(
            () => new HttpRequestMessage(HttpMethod.Post, Resolve("blobs/uploads/" + query)) { Content = new ByteArrayContent([]) }, wanted, [], cancellationToken).ConfigureAwait(false);
        return response.StatusCode == HttpStatusCode.Created ? null : LocationOf(response);
    }

    private async Task UploadWholeAsync(Descriptor blob, ContentStore content, Uri target, Action<long>? progress, CancellationToken cancellationToken)
    {
        using var response = await SendPieceAsync(HttpMethod.Put, Finish(target, blob.Digest), blob, content, 0, blob.Size, progress, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendPieceAsync(
        HttpMethod method, Uri target, Descriptor blob, ContentStore content, long offset, long length, Action<long>? progress, CancellationToken cancellationToken)
    {
        using var guard = new StallGuard(options.StallTimeout, cancellationToken);
        try
        {
            return await connection.SendExpectingAsync(
                () => new HttpRequestMessage(method, target)
                {
                    Content = new BlobPiece(content, blob.Digest, offset, length, sent =>
                    {
                        guard.Touch();
                        progress?.Invoke(offset + sent);
                    }),
                },
                scopes, [], guard.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (guard.Stalled)
        {
            throw new RegistryException("upload stalled", retryable: true, e);
        }
    }

    private static Uri LocationOf(HttpResponseMessage response) => response.Headers.Location is { } location
        ? new Uri(response.RequestMessage!.RequestUri!, location) : throw new RegistryException("the registry did not say where to upload");

    private static Uri Finish(Uri target, Digest digest) =>
        new(target.AbsoluteUri + (target.Query.Length > 0 ? "&" : "?") + "digest=" + Uri.EscapeDataString(digest.ToString()));

    // Read anew for each try.
    private sealed class BlobPiece : HttpContent
    {
        private readonly ContentStore content;
        private readonly Digest digest;
        private readonly long offset, length;
        private readonly Action<long> progress;

        public BlobPiece(ContentStore content, Digest digest, long offset, long length, Action<long> progress)
        {
            (this.content, this.digest, this.offset, this.length, this.progress) = (content, digest, offset, length, progress);
            Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            Headers.ContentLength = length;
            if (offset > 0 || length < content.SizeOf(digest))
            {
                Headers.TryAddWithoutValidation("Content-Range", $"{offset}-{offset + length - 1}");
            }
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var source = content.OpenRead(digest);
            await using var _ = source.ConfigureAwait(false);
            source.Seek(offset, SeekOrigin.Begin);
            var buffer = new byte[BufferSize];
            for (var sent = 0L; sent < length;)
            {
                var read = await source.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, length - sent))).ConfigureAwait(false);
                await stream.WriteAsync(buffer.AsMemory(0, read)).ConfigureAwait(false);
                progress(sent += read);
            }
        }

        protected override bool TryComputeLength(out long size)
        {
            size = length;
            return true;
        }
    }
}
