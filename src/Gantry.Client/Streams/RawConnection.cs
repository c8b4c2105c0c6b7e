using Gantry.Client.Http;

namespace Gantry.Client.Streams;

/// <summary>A connection to the daemon before anything was said on it.</summary>
public sealed class RawConnection : IDisposable
{
    private readonly Wire wire;

    internal RawConnection(Wire wire) => this.wire = wire;

    public Stream Stream => wire.Stream;

    /// <summary>Ends our direction; the daemon's goes on.</summary>
    public Task CloseWriteAsync() => wire.CloseWriteAsync();

    public void Dispose() => wire.Stream.Dispose();
}
