using System.IO.Pipelines;
using Gantry.Core;

namespace Gantry.Daemon.Hijacking;

/// <summary>The raw bytes of a hijacked connection, both ways. Reading 0 is the client's half-close.</summary>
/// <param name="ended">Cancelled when the client is gone or the daemon stops.</param>
internal sealed class HijackedStream(IDuplexPipe transport, CancellationToken ended) : DuplexStream
{
    public CancellationToken Ended => ended;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            var result = await transport.Input.ReadAsync(cancellationToken);
            var available = result.Buffer.Slice(0, Math.Min(buffer.Length, result.Buffer.Length));
            if (!available.IsEmpty)
            {
                var position = 0;
                foreach (var segment in available)
                {
                    segment.CopyTo(buffer[position..]);
                    position += segment.Length;
                }

                transport.Input.AdvanceTo(available.End);
                return position;
            }

            transport.Input.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            if (result.IsCompleted)
            {
                return 0;
            }
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var result = await transport.Output.WriteAsync(buffer, cancellationToken);
        if (result.IsCompleted)
        {
            throw new IOException("the client has gone away");
        }
    }

    public override async Task FlushAsync(CancellationToken cancellationToken) => await transport.Output.FlushAsync(cancellationToken);
}
