using Gantry.Runtime;

namespace Gantry.Engine.Containers.Logs;

/// <summary>A log collector outside: syslog or the journal.</summary>
internal interface ILogSink : IDisposable
{
    /// <summary>Connects, or connects anew after a failure.</summary>
    /// <exception cref="IOException">It is not there; the message is Docker's.</exception>
    Task OpenAsync(CancellationToken cancellationToken);

    /// <exception cref="IOException">The connection broke; the line may or may not have arrived.</exception>
    Task SendAsync(LogEntry entry, CancellationToken cancellationToken);
}
