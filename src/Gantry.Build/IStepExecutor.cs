namespace Gantry.Build;

/// <summary>The seam to the kernel: Engine runs steps in containers; unit tests script it.</summary>
public interface IStepExecutor
{
    /// <summary>
    /// Runs a step to its end; output arrives in order with its stream. Returns the exit code. Mount points that had to be
    /// made in the root are removed again.
    /// </summary>
    Task<int> RunAsync(ExecStep step, Action<LogStream, ReadOnlyMemory<byte>> output, CancellationToken cancellationToken);
}
