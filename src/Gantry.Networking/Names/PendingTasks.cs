namespace Gantry.Networking.Names;

/// <summary>Work started for clients, bounded in number, and awaited at the end.</summary>
internal sealed class PendingTasks
{
    // Docker's limit too; a container that asks faster than the outside answers loses queries rather than our memory.
    private const int Most = 1024;

    private readonly Lock gate = new();
    private readonly HashSet<Task> running = [];

    /// <summary>False: there is too much of it, nothing was started.</summary>
    internal bool Run(Func<Task> work)
    {
        lock (gate)
        {
            if (running.Count >= Most)
            {
                return false;
            }
        }

        var task = work();
        lock (gate)
        {
            running.Add(task);
        }

        task.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return true;
    }

    internal Task WhenAllAsync()
    {
        lock (gate)
        {
            return Task.WhenAll(running);
        }
    }

    private void Forget(Task task)
    {
        lock (gate)
        {
            running.Remove(task);
        }
    }
}
