namespace Gantry.Images;

/// <summary>Tells how many bytes were read through it so far. Does not own the inner stream.</summary>
internal sealed class CountingStream(Stream inner, Action<long> progress) : ReadOnlyStream
{
    private long count;

    public override int Read(Span<byte> buffer) => Seen(inner.Read(buffer));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Seen(await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false));

    private int Seen(int read)
    {
        count += read;
        progress(count);
        return read;
    }
}
