namespace Gantry.Build;

/// <summary>Progress whose receiver can be slower than a build: it says when there is room for more of a step's output.</summary>
public interface IPacedProgress : IProgress<BuildEvent>
{
    /// <summary>Completes when there is room.</summary>
    ValueTask PaceAsync(CancellationToken cancellationToken);
}
