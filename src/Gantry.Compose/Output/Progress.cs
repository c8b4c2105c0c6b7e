namespace Gantry.Compose.Output;

/// <summary>Where a piece of work stands.</summary>
internal enum ProgressState
{
    Working,
    Done,
    Warning,
    Failed,
}

/// <summary>Tells the user what is being done to what; safe to call from several tasks.</summary>
internal abstract class Progress : IAsyncDisposable
{
    /// <param name="subject"><c>Container shop-web-1</c>.</param>
    /// <param name="status"><c>Starting</c>, <c>Started</c>.</param>
    public abstract void Report(string subject, string status, ProgressState state);

    public void Working(string subject, string status) => Report(subject, status, ProgressState.Working);

    public void Done(string subject, string status) => Report(subject, status, ProgressState.Done);

    public virtual ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>Says nothing.</summary>
internal sealed class QuietProgress : Progress
{
    public override void Report(string subject, string status, ProgressState state)
    {
    }
}

/// <summary>One line an event, as Compose prints when the output is not a terminal: <c> Container shop-web-1  Started</c>.</summary>
internal sealed class PlainProgress(TextWriter output) : Progress
{
    private readonly Lock gate = new();

    public override void Report(string subject, string status, ProgressState state)
    {
        lock (gate)
        {
            output.WriteLine($" {subject}  {status}");
            output.Flush();
        }
    }
}
