namespace Gantry.Build;

/// <summary>Takes a piece of a step's output, valid during the call; the next one comes when this was taken.</summary>
public delegate ValueTask StepOutputTaker(LogStream stream, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken);

/// <summary>The seam to the kernel: Engine runs steps in containers; unit tests script it.</summary>
public interface IStepExecutor
{
    /// <summary>
    /// Runs a step to its end; output arrives in order with its stream, and its taker may hold the step up. Returns the exit
    /// code. Mount points that had to be made in the root are removed again.
    /// </summary>
    Task<int> RunAsync(ExecStep step, StepOutputTaker output, CancellationToken cancellationToken);
}
