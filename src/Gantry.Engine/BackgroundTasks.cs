using Microsoft.Extensions.Logging;

namespace Gantry.Engine;

/// <summary>Every loop and clean-up that nobody awaits on the spot: owned here, its failure logged, awaited at shutdown.</summary>
internal sealed partial class BackgroundTasks(ILogger logger) : IDisposable
{
    private readonly Lock gate = new();
    private readonly HashSet<Task> running = [];
    private readonly CancellationTokenSource stopping = new();

    /// <summary>Cancelled when the engine closes: for work that goes on until then.</summary>
    public CancellationToken Stopping => stopping.Token;

    public Task StopAsync() => stopping.CancelAsync();

    public void Dispose() => stopping.Dispose();

    public Task Run(Func<Task> work)
    {
        var task = GuardAsync(work);
        lock (gate)
        {
            running.Add(task);
        }

        _ = task.ContinueWith(Forget, TaskScheduler.Default);
        return task;
    }

    /// <summary>Waits for short work to finish; what waits for a container's end is let go.</summary>
    public async Task DrainAsync(TimeSpan patience)
    {
        Task[] left;
        lock (gate)
        {
            left = [.. running];
        }

        await Task.WhenAny(Task.WhenAll(left), Task.Delay(patience));
    }

    private void Forget(Task task)
    {
        lock (gate)
        {
            running.Remove(task);
        }
    }

    private async Task GuardAsync(Func<Task> work)
    {
        await Task.Yield();
        try
        {
            await work();
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception exception)
        {
            LogFailed(exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "background work failed")]
    private partial void LogFailed(Exception exception);
}
