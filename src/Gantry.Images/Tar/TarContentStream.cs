namespace Gantry.Images;

/// <summary>One tar member's content.</summary>
internal sealed class TarContentStream(TarReader reader) : ReadOnlyStream
{
    private ReadOnlyMemory<byte> slice;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (slice.IsEmpty)
        {
            slice = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
        }

        var count = Math.Min(buffer.Length, slice.Length);
        slice[..count].CopyTo(buffer);
        slice = slice[count..];
        return count;
    }

    public override int Read(Span<byte> buffer) => throw new NotSupportedException();
}
