using Gantry.Engine.Containers.Logs;
using Gantry.Runtime;

namespace Gantry.Engine.Containers;

/// <content>Log collectors outside.</content>
public sealed partial class ContainerService
{
    private static readonly TimeSpan ForwardPatience = TimeSpan.FromSeconds(5);

    /// <summary>The names of the log drivers.</summary>
    public static IReadOnlyCollection<string> LogDrivers => LogOptions.Drivers;

    /// <summary>Connects to the container's collector, so that a start fails while it is not there; null where there is none.</summary>
    private static async Task<ILogSink?> OpenSinkAsync(Container container)
    {
        var sink = LogPlan.Sink(container);
        try
        {
            await (sink?.OpenAsync(CancellationToken.None) ?? Task.CompletedTask);
            return sink;
        }
        catch (IOException error)
        {
            sink?.Dispose();
            throw LogPlan.Failed(error.Message);
        }
    }

    /// <summary>A removal waits a while for lines that are not sent yet.</summary>
    private static async Task WhenSentAsync(ContainerEntry entry) => await Task.WhenAny(entry.Forwarding, Task.Delay(ForwardPatience));

    private void Forward(ContainerEntry entry, ContainerProcess process, ILogSink? opened)
    {
        if (opened is not null)
        {
            Forward(entry, opened, isOpen: true, process.Exited);
        }
    }

    /// <summary>Takes up the sending that an earlier daemon left.</summary>
    private void ForwardRest(ContainerEntry entry, Task ended)
    {
        try
        {
            if (LogPlan.Sink(entry.Container) is { } sink)
            {
                Forward(entry, sink, isOpen: false, ended);
            }
        }
        catch (Core.GantryException exception)
        {
            // Its collector's socket or certificate is gone: no reason for the daemon not to come up. The next start says so.
            LogFailure(entry.Id.Short, "log forwarding", exception);
        }
    }

    /// <summary>Sends what is written until the end of the run; after what earlier runs have left.</summary>
    private void Forward(ContainerEntry entry, ILogSink sink, bool isOpen, Task ended)
    {
        var before = entry.Forwarding;
        entry.Forwarding = background.Run(async () =>
        {
            await before;
            await new LogForwarder(entry.Container.LogPath, logger).RunAsync(sink, isOpen, ended, background.Stopping);
        });
    }
}
