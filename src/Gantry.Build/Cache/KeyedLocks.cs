namespace Gantry.Build.Cache;

/// <summary>One holder per key at a time; the lock of a key that nobody wants is forgotten.</summary>
internal sealed class KeyedLocks
{
    private readonly Dictionary<string, Entry> entries = [];
    private readonly Lock gate = new();

    public bool IsHeld(string key)
    {
        lock (gate)
        {
            return entries.ContainsKey(key);
        }
    }

    public async Task<IDisposable> HoldAsync(string key, CancellationToken cancellationToken)
    {
        var entry = Enter(key);
        try
        {
            await entry.Semaphore.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            Leave(key, entry);
            throw;
        }

        return new Holder(this, key, entry);
    }

    /// <summary>Null when somebody holds the key.</summary>
    public IDisposable? TryHold(string key)
    {
        lock (gate)
        {
            if (entries.ContainsKey(key))
            {
                return null;
            }

            var entry = Enter(key);
            entry.Semaphore.Wait();
            return new Holder(this, key, entry);
        }
    }

    private Entry Enter(string key)
    {
        lock (gate)
        {
            if (!entries.TryGetValue(key, out var entry))
            {
                entries[key] = entry = new Entry();
            }

            entry.Users++;
            return entry;
        }
    }

    private void Leave(string key, Entry entry)
    {
        lock (gate)
        {
            if (--entry.Users == 0)
            {
                entries.Remove(key);
                entry.Semaphore.Dispose();
            }
        }
    }

    private sealed class Entry
    {
        public SemaphoreSlim Semaphore { get; } = new(1, 1);

        public int Users { get; set; }
    }

    private sealed class Holder(KeyedLocks owner, string key, Entry entry) : IDisposable
    {
        public void Dispose()
        {
            entry.Semaphore.Release();
            owner.Leave(key, entry);
        }
    }
}
