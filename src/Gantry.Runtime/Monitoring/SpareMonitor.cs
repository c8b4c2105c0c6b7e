namespace Gantry.Runtime.Monitoring;

/// <summary>
/// One monitor started ahead: a container's create then does not wait for a program's start (2 to 3 ms). It ends by itself when this
/// process does.
/// </summary>
internal sealed class SpareMonitor(string monitorPath) : IAsyncDisposable
{
    private MonitorConnection? spare;
    private Task refilling = Task.CompletedTask;
    private int disposed;

    public MonitorConnection Take()
    {
        var taken = Interlocked.Exchange(ref spare, null);
        return taken is { Ended.IsCompleted: false } ? taken : MonitorConnection.Spawn(monitorPath);
    }

    /// <summary>Starts the next one, in the background.</summary>
    public void Refill() => refilling = Task.Run(() =>
    {
        if (Volatile.Read(ref spare) is not null || Volatile.Read(ref disposed) != 0)
        {
            return;
        }

        try
        {
            var next = MonitorConnection.Spawn(monitorPath);
            if (Volatile.Read(ref disposed) != 0 || Interlocked.CompareExchange(ref spare, next, null) is not null)
            {
                _ = next.DisposeAsync().AsTask();
            }
        }
        catch (Exception)
        {
            // The next create starts its own and reports why it cannot.
        }
    });

    public async ValueTask DisposeAsync()
    {
        Volatile.Write(ref disposed, 1);
        await refilling;
        if (Interlocked.Exchange(ref spare, null) is { } unused)
        {
            await unused.DisposeAsync();
        }
    }
}
