using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gantry.Client.Http;

/// <summary>A successful answer whose body is still to be read. Disposing it gives the connection back or closes it.</summary>
public sealed class ApiResponse : IAsyncDisposable
{
    private readonly ResponseHead head;
    private readonly Task? sending;
    private readonly CancellationTokenSource? stopSending;

    internal ApiResponse(ResponseHead head, Stream body, Task? sending, CancellationTokenSource? stopSending)
    {
        this.head = head;
        this.sending = sending;
        this.stopSending = stopSending;
        Body = body;
    }

    public int Status => head.Status;

    public Stream Body { get; }

    public string? Header(string name) => head.Header(name);

    public async Task<T> ReadJsonAsync<T>(JsonTypeInfo<T> type, CancellationToken cancellationToken) =>
        JsonSerializer.Deserialize((await ReadBytesAsync(cancellationToken).ConfigureAwait(false)).Span, type)
            ?? throw new IOException("the daemon answered null");

    public async Task<ReadOnlyMemory<byte>> ReadBytesAsync(CancellationToken cancellationToken)
    {
        var bytes = new MemoryStream(head.ContentLength is > 0 and < 1 << 20 and var length ? (int)length : 4096);
        await Body.CopyToAsync(bytes, cancellationToken).ConfigureAwait(false);
        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }

    public async ValueTask DisposeAsync()
    {
        await Body.DisposeAsync().ConfigureAwait(false);
        if (sending is not null)
        {
            await stopSending!.CancelAsync().ConfigureAwait(false);
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            stopSending.Dispose();
        }
    }
}
