namespace Gantry.Engine;

/// <summary>A lock that is awaited: one writer at a time over one object.</summary>
internal sealed class AsyncLock
{
    private readonly SemaphoreSlim semaphore = new(1, 1);

    public async Task<Releaser> AcquireAsync(CancellationToken cancellationToken = default)
    {
        await semaphore.WaitAsync(cancellationToken);
        return new Releaser(semaphore);
    }

    internal readonly struct Releaser(SemaphoreSlim semaphore) : IDisposable
    {
        public void Dispose() => semaphore.Release();
    }
}
