using System.Net.Sockets;

namespace Gantry.Runtime;

/// <summary>One attached client's view. Read output from <see cref="Output"/>; write stdin to <see cref="Input"/>.</summary>
public sealed class ProcessStreams : IAsyncDisposable
{
    private readonly Socket? socket;
    private readonly Stream stream;

    /// <param name="socket">Null: the process has ended and nothing is left to read.</param>
    internal ProcessStreams(Socket? socket)
    {
        this.socket = socket;
        stream = socket is null ? Stream.Null : new NetworkStream(socket, ownsSocket: true);
    }

    public Stream Output => stream;

    public Stream Input => stream;

    /// <summary>End of stdin from this client (half-close).</summary>
    public void CloseInput()
    {
        try
        {
            socket?.Shutdown(SocketShutdown.Send);
        }
        catch (SocketException)
        {
            // The process has ended and its monitor closed the connection.
        }
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
