using System.Globalization;
using System.Runtime.InteropServices;

namespace Parcel.Api.Hosting;

/// <summary>
/// A server that leaves says so first. On SIGTERM /healthz answers 503 and answers ask for their connection to be closed;
/// after ANNOUNCE_MS (1500) no more connections are accepted, what is in flight is finished, and the process ends with 0.
/// </summary>
internal sealed partial class Departure(IHostApplicationLifetime lifetime, ILogger<Departure> logger) : IHostLifetime, IDisposable
{
    private static readonly TimeSpan Announcement = TimeSpan.FromMilliseconds(
        int.TryParse(Environment.GetEnvironmentVariable("ANNOUNCE_MS"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 1500);

    private readonly List<PosixSignalRegistration> signals = [];
    private volatile bool announced;

    public bool Announced => announced;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal));
        signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal));
        lifetime.ApplicationStarted.Register(LogStarted);
        lifetime.ApplicationStopped.Register(LogStopped);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => signals.ForEach(signal => signal.Dispose());

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (!announced)
        {
            announced = true;
            LogAnnounced(Announcement);
            _ = LeaveAsync();
        }
    }

    private async Task LeaveAsync()
    {
        await Task.Delay(Announcement);
        lifetime.StopApplication();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Serving")]
    private partial void LogStarted();

    [LoggerMessage(Level = LogLevel.Information, Message = "Leaving in {Announcement}")]
    private partial void LogAnnounced(TimeSpan announcement);

    [LoggerMessage(Level = LogLevel.Information, Message = "Left; nothing was in flight any more")]
    private partial void LogStopped();
}

internal static class DepartureMiddleware
{
    public static void UseDeparture(this IApplicationBuilder app)
    {
        var departure = app.ApplicationServices.GetRequiredService<Departure>();
        app.Use((context, next) =>
        {
            if (departure.Announced)
            {
                context.Response.Headers.Connection = "close";
            }

            return next(context);
        });
    }
}
