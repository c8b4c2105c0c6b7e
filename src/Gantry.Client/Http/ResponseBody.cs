using System.Globalization;

namespace Gantry.Client.Http;

/// <summary>The body of an answer as a stream; hands its connection back when read to the end, else closes it.</summary>
internal sealed class ResponseBody(HttpConnection connection, ResponseHead head, bool empty, Action<HttpConnection, bool> release) : Streams.ReadOnlyStream
{
    private readonly bool chunked = head.Chunked;

    // Left of the body, or of the current chunk; unknown length counts down from the end of time.
    private long left = empty ? 0 : head.Chunked ? 0 : head.ContentLength ?? long.MaxValue;
    private bool finished = empty || (!head.Chunked && head.ContentLength == 0);
    private bool firstChunk = true;
    private bool released;

    public override async ValueTask<int> ReadAsync(Memory<byte> destination, CancellationToken cancellationToken = default)
    {
        if (destination.IsEmpty)
        {
            return 0;
        }

        if (chunked && left == 0 && !finished)
        {
            await NextChunkAsync(cancellationToken).ConfigureAwait(false);
        }

        if (finished)
        {
            Release(reusable: true);
            return 0;
        }

        var count = await connection.ReadAsync(destination[..(int)Math.Min(destination.Length, left)], cancellationToken).ConfigureAwait(false);
        if (count == 0)
        {
            finished = true;
            Release(reusable: false);
            return left > long.MaxValue / 2 ? 0 : throw new EndOfStreamException("the daemon closed the connection in the middle of an answer");
        }

        left -= count;
        if (left == 0 && !chunked)
        {
            finished = true;
            Release(reusable: true);
        }

        return count;
    }

    /// <summary>Hands the connection back at once when there is nothing to read.</summary>
    public void ReleaseIfEmpty()
    {
        if (finished)
        {
            Release(reusable: true);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Release(reusable: finished);
        }

        base.Dispose(disposing);
    }

    private async Task NextChunkAsync(CancellationToken cancellationToken)
    {
        if (!firstChunk)
        {
            await connection.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        }

        firstChunk = false;
        var line = await connection.ReadLineAsync(cancellationToken).ConfigureAwait(false);
        var extension = line.IndexOf(';');
        left = long.Parse(extension < 0 ? line : line.AsSpan(0, extension), NumberStyles.AllowHexSpecifier | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture);
        if (left == 0)
        {
            while ((await connection.ReadLineAsync(cancellationToken).ConfigureAwait(false)).Length > 0)
            {
                // Trailers carry nothing of interest.
            }

            finished = true;
        }
    }

    private void Release(bool reusable)
    {
        if (!released)
        {
            released = true;
            release(connection, reusable && head.KeepAlive);
        }
    }
}
