using Gantry.Core;

namespace Gantry.Images;

/// <summary>
/// What operations under way rely on though nothing refers to it yet: each lease holds every digest that was written or
/// asked for since it began. The collector deletes under <see cref="Gate"/>, and whoever asks touches first and looks
/// second, so an answer "it is here" stays true while the lease lasts.
/// </summary>
internal sealed class LeaseTable
{
    private readonly HashSet<Lease> leases = [];

    public Lock Gate { get; } = new();

    public IDisposable Begin()
    {
        var lease = new Lease(this);
        lock (Gate)
        {
            leases.Add(lease);
        }

        return lease;
    }

    public void Touch(Digest digest)
    {
        lock (Gate)
        {
            foreach (var lease in leases)
            {
                lease.Digests.Add(digest);
            }
        }
    }

    /// <summary>Under <see cref="Gate"/>.</summary>
    public IEnumerable<Digest> Held() => leases.SelectMany(lease => lease.Digests);

    private sealed class Lease(LeaseTable table) : IDisposable
    {
        public HashSet<Digest> Digests { get; } = [];

        public void Dispose()
        {
            lock (table.Gate)
            {
                table.leases.Remove(this);
            }
        }
    }
}
