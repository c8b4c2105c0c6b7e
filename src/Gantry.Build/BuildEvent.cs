using Gantry.Core;

namespace Gantry.Build;

/// <summary>Which of a step's two outputs.</summary>
public enum LogStream
{
    Stdout,
    Stderr,
}

/// <summary>
/// What a build reports as it goes; the classic API and BuildKit's door render it each in its way. Steps are numbered over
/// the instructions of the needed stages only, from 1; stages run in parallel, so their events interleave.
/// </summary>
public abstract record BuildEvent
{
    /// <param name="Stage">The stage's name, <c>stage-1</c> without one, empty when there is only one stage.</param>
    /// <param name="Name">BuildKit's vertex name: <c>[api 2/5] RUN apt-get update</c>.</param>
    /// <param name="Instruction">The instruction with variables expanded: <c>RUN apt-get update</c>.</param>
    public sealed record StepStarted(int Step, int Total, string Stage, string Name, string Instruction) : BuildEvent
    {
        /// <summary>False for instructions that only change the configuration (ENV, CMD): BuildKit has no vertex for them.</summary>
        public bool HasVertex { get; init; } = true;
    }

    public sealed record StepOutput(int Step, LogStream Stream, ReadOnlyMemory<byte> Bytes) : BuildEvent;

    /// <param name="Cached">Whether the step was answered from the cache; never for FROM.</param>
    /// <param name="Layer">Diff ID of the layer that the step made; for FROM the image's ID; null when there is none.</param>
    public sealed record StepCompleted(int Step, bool Cached, Digest? Layer, TimeSpan Duration) : BuildEvent
    {
        /// <summary>Identity of everything up to and with this step: what classic output shows as <c> ---&gt; abc123</c>.</summary>
        public Digest State { get; init; }
    }

    public sealed record StepFailed(int Step, string Message) : BuildEvent;

    /// <summary>A line of a base image's pull; they come before the first step.</summary>
    /// <param name="Id">A layer's short digest, or the tag; null for the whole.</param>
    /// <param name="Bytes">Bytes done, and of how many.</param>
    public sealed record PullProgress(string Status, string? Id, (long Current, long Total)? Bytes) : BuildEvent;

    public sealed record Warning(string Message, int Line) : BuildEvent;
}
