using System.Runtime.InteropServices;

namespace Gantry.Edge.Hosting;

/// <summary>
/// On SIGTERM or SIGINT: says that it is going (health 503, connections asked to close), gives those who ask the time to
/// notice, and only then stops accepting. A second signal skips the waiting.
/// </summary>
internal sealed partial class DrainingLifetime(IHostApplicationLifetime lifetime, ILogger<DrainingLifetime> logger, TimeSpan announce, Action onAnnounce) : IHostLifetime, IDisposable
{
    private readonly List<PosixSignalRegistration> registrations = [];
    private readonly CancellationTokenSource hurry = new();
    private int signals;
    private Task departing = Task.CompletedTask;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => departing;

    public void Dispose()
    {
        registrations.ForEach(registration => registration.Dispose());
        hurry.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        // Without this the runtime would end the process at once.
        context.Cancel = true;
        if (Interlocked.Increment(ref signals) == 1)
        {
            departing = DepartAsync();
        }
        else
        {
            hurry.Cancel();
        }
    }

    private async Task DepartAsync()
    {
        LogAnnounced(announce);
        onAnnounce();
        await Task.Delay(announce, hurry.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lifetime.StopApplication();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Going down; taking the last requests for {Announce}")]
    private partial void LogAnnounced(TimeSpan announce);
}
