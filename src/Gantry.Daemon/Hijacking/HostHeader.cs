using System.Buffers;
using System.Runtime.InteropServices;

namespace Gantry.Daemon.Hijacking;

/// <summary>
/// Clients of a Unix socket put its path into the Host header (<c>%2Fvar%2Frun%2Fdocker.sock</c>), which Kestrel answers with
/// 400 and no way out. The value means nothing here, so it is overwritten in place, length kept.
/// </summary>
internal static class HostHeader
{
    private static ReadOnlySpan<byte> Replacement => "localhost"u8;

    /// <param name="buffer">What was read so far of a request's head.</param>
    public static void Neutralise(ReadOnlySequence<byte> buffer)
    {
        var reader = new SequenceReader<byte>(buffer);
        while (reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n'))
        {
            if (line.Length <= 1)
            {
                return;
            }

            if (line.Length > 5 && IsHost(line))
            {
                Overwrite(line.Slice(5));
                return;
            }
        }
    }

    private static bool IsHost(ReadOnlySequence<byte> line)
    {
        Span<byte> name = stackalloc byte[5];
        line.Slice(0, 5).CopyTo(name);
        return System.Text.Ascii.EqualsIgnoreCase(name, "host:"u8);
    }

    private static void Overwrite(ReadOnlySequence<byte> value)
    {
        if (value.PositionOf((byte)'/') is null && value.PositionOf((byte)'%') is null)
        {
            return;
        }

        // Shorter than the replacement (a bare path such as "/x"): an empty Host is valid too.
        var text = value.Length > Replacement.Length + 1 ? Replacement : [];
        var index = 0;
        foreach (var segment in value)
        {
            foreach (ref var octet in MemoryMarshal.AsMemory(segment).Span)
            {
                if (octet != (byte)'\r')
                {
                    octet = index < text.Length ? text[index] : (byte)' ';
                    index++;
                }
            }
        }
    }
}
