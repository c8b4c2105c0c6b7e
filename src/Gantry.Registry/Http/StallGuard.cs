namespace Gantry.Registry;

/// <summary>Cancels what has shown no sign of life for a while; each <see cref="Touch"/> is one.</summary>
internal sealed class StallGuard : IDisposable
{
    private readonly CancellationTokenSource source;
    private readonly TimeSpan patience;
    private readonly CancellationToken outer;

    public StallGuard(TimeSpan patience, CancellationToken cancellationToken)
    {
        this.patience = patience;
        outer = cancellationToken;
        source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Touch();
    }

    public CancellationToken Token => source.Token;

    /// <summary>Whether the silence ended it, and not the caller.</summary>
    public bool Stalled => source.IsCancellationRequested && !outer.IsCancellationRequested;

    public void Touch() => source.CancelAfter(patience);

    public void Dispose() => source.Dispose();
}
