using System.Net;
using System.Net.Http.Headers;
using Gantry.Core;
using Gantry.Images;

namespace Gantry.Registry;

internal sealed partial class RemoteRepository
{
    private const int BufferSize = 128 << 10;

    /// <summary>
    /// Puts a blob into the store, verified. What breaks off goes on from where it was, where the registry can do that.
    /// </summary>
    /// <param name="progress">Told the bytes that are here.</param>
    /// <param name="retrying">Told before each pause.</param>
    /// <exception cref="RegistryException">It is not there, does not come, or is not what its digest says.</exception>
    public async Task DownloadAsync(Descriptor blob, ContentStore content, Action<long>? progress, Action<TimeSpan>? retrying, CancellationToken cancellationToken)
    {
        var writer = content.BeginWrite();
        var mismatches = 0;
        try
        {
            await new RetryPolicy(options).RunAsync(
                async _ =>
                {
                    writer = await ContinueAsync(blob, content, writer, progress, cancellationToken).ConfigureAwait(false);
                    Verify(writer, blob, ref mismatches);
                    return true;
                },
                retrying, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            writer.Dispose();
        }
    }

    private async Task<BlobWriter> ContinueAsync(Descriptor blob, ContentStore content, BlobWriter writer, Action<long>? progress, CancellationToken cancellationToken)
    {
        // What is whole and still here was not what it should be.
        var offset = writer.Count < blob.Size ? writer.Count : 0;
        using var response = await connection.SendExpectingAsync(
            () => new HttpRequestMessage(HttpMethod.Get, Resolve($"blobs/{blob.Digest}")) { Headers = { Range = offset > 0 ? new RangeHeaderValue(offset, null) : null } },
            scopes, [HttpStatusCode.RequestedRangeNotSatisfiable], cancellationToken).ConfigureAwait(false);
        var continues = offset > 0 && response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == offset;
        if (writer.Count > 0 && !continues)
        {
            writer.Dispose();
            writer = content.BeginWrite();
        }

        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
        {
            throw new RegistryException("the registry refuses to go on with a download", retryable: true);
        }

        await CopyAsync(response, blob, writer, progress, cancellationToken).ConfigureAwait(false);
        return writer;
    }

    private async Task CopyAsync(HttpResponseMessage response, Descriptor blob, BlobWriter writer, Action<long>? progress, CancellationToken cancellationToken)
    {
        using var guard = new StallGuard(options.StallTimeout, cancellationToken);
        var body = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        await using var _ = body.ConfigureAwait(false);
        var buffer = new byte[BufferSize];
        for (int read; (read = await ReadAsync(body, buffer, guard).ConfigureAwait(false)) > 0;)
        {
            if (writer.Count + read > blob.Size)
            {
                throw new RegistryException($"blob {blob.Digest} is longer than the {blob.Size} bytes its manifest says");
            }

            await writer.Stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken).ConfigureAwait(false);
            progress?.Invoke(writer.Count);
        }

        if (writer.Count < blob.Size)
        {
            throw new RegistryException("unexpected EOF", retryable: true);
        }
    }

    private static async Task<int> ReadAsync(Stream body, byte[] buffer, StallGuard guard)
    {
        try
        {
            guard.Touch();
            return await body.ReadAsync(buffer, guard.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException || (e is OperationCanceledException && guard.Stalled))
        {
            throw new RegistryException(guard.Stalled ? "download stalled" : Transport.ReasonOf(e), retryable: true, e);
        }
    }

    // Once more from the start: the connection may have garbled it. A registry that insists is wrong.
    private static void Verify(BlobWriter writer, Descriptor blob, ref int mismatches)
    {
        try
        {
            writer.Commit(blob.Digest);
        }
        catch (GantryException e)
        {
            throw new RegistryException($"filesystem layer verification failed for digest {blob.Digest}", retryable: ++mismatches == 1, e);
        }
    }
}
