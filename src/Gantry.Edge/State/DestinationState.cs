using Gantry.Edge.Model;

namespace Gantry.Edge.State;

/// <summary>One living server. Counters are changed by any request; the rest by its monitor and the operator.</summary>
internal sealed class DestinationState(string address, TimeProvider time)
{
    private const double LatencyWeight = 0.1;

    private int inFlight;
    private long requests;
    private long failures;
    private int failuresInARow;
    private long ejectedUntil;
    private double latency;

    /// <summary><c>http://10.0.0.3:8080</c>, no trailing slash.</summary>
    public string Address { get; } = address;

    public DestinationHealth Health { get; private set; }

    /// <summary>Set by the operator: finish what is there, take nothing new.</summary>
    public bool Draining { get; set; }

    public string? LastError { get; private set; }

    public DateTimeOffset? LastChecked { get; private set; }

    public int InFlight => Volatile.Read(ref inFlight);

    public long Requests => Interlocked.Read(ref requests);

    public long Failures => Interlocked.Read(ref failures);

    /// <summary>A moving mean of the time to an answer's headers.</summary>
    public TimeSpan Latency => TimeSpan.FromMilliseconds(Volatile.Read(ref latency));

    /// <summary>A timestamp of the time provider; in the past when not ejected.</summary>
    public long EjectedUntil => Interlocked.Read(ref ejectedUntil);

    public bool IsEjected => EjectedUntil > time.GetTimestamp();

    public void Begin()
    {
        Interlocked.Increment(ref inFlight);
        Interlocked.Increment(ref requests);
    }

    public void End() => Interlocked.Decrement(ref inFlight);

    public void Succeeded(TimeSpan took)
    {
        if (Volatile.Read(ref failuresInARow) != 0)
        {
            Volatile.Write(ref failuresInARow, 0);
        }

        // Lost updates do not matter to a mean.
        var mean = Volatile.Read(ref latency);
        Volatile.Write(ref latency, mean == 0 ? took.TotalMilliseconds : mean + (LatencyWeight * (took.TotalMilliseconds - mean)));
    }

    /// <returns>Whether this failure was the one that ejects.</returns>
    public bool Failed(string error, PassiveCheck check)
    {
        Interlocked.Increment(ref failures);
        LastError = error;
        if (check.Failures == 0 || Interlocked.Increment(ref failuresInARow) < check.Failures)
        {
            return false;
        }

        Volatile.Write(ref failuresInARow, 0);
        Interlocked.Exchange(ref ejectedUntil, time.GetTimestamp() + (long)(check.EjectFor.TotalSeconds * time.TimestampFrequency));
        return true;
    }

    /// <summary>The active check's verdict; a recovery ends an ejection.</summary>
    public void Checked(DestinationHealth health, string? error)
    {
        if (health == DestinationHealth.Healthy && Health != DestinationHealth.Healthy)
        {
            Interlocked.Exchange(ref ejectedUntil, 0);
            Volatile.Write(ref failuresInARow, 0);
        }

        LastChecked = time.GetUtcNow();
        LastError = error ?? (health == DestinationHealth.Healthy ? LastError : null);
        Health = health;
    }
}
