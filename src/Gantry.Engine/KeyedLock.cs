namespace Gantry.Engine;

/// <summary>One writer per name; names that nobody holds or waits for take no room.</summary>
internal sealed class KeyedLock
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Slot> slots = new(StringComparer.Ordinal);

    public async Task<IDisposable> AcquireAsync(string key, CancellationToken cancellationToken = default)
    {
        Slot slot;
        lock (gate)
        {
            if (!slots.TryGetValue(key, out slot!))
            {
                slots[key] = slot = new Slot();
            }

            slot.Users++;
        }

        try
        {
            return new Releaser(this, key, slot, await slot.Lock.AcquireAsync(cancellationToken));
        }
        catch
        {
            Leave(key, slot);
            throw;
        }
    }

    private void Leave(string key, Slot slot)
    {
        lock (gate)
        {
            if (--slot.Users == 0)
            {
                slots.Remove(key);
            }
        }
    }

    private sealed class Slot
    {
        public AsyncLock Lock { get; } = new();

        /// <summary>Who holds it and who waits for it.</summary>
        public int Users { get; set; }
    }

    private sealed class Releaser(KeyedLock owner, string key, Slot slot, AsyncLock.Releaser held) : IDisposable
    {
        public void Dispose()
        {
            held.Dispose();
            owner.Leave(key, slot);
        }
    }
}
