using Gantry.Images;

namespace Gantry.Build.Solve;

/// <summary>Where files come from: a stage's base, COPY --from, RUN --mount=from.</summary>
internal abstract record Source
{
    public sealed record Scratch : Source;

    /// <summary>The main build context.</summary>
    public sealed record Context : Source;

    /// <summary>Another stage of this Dockerfile.</summary>
    public sealed record OfStage(StagePlan Stage) : Source;

    /// <param name="Name">With domain and tag.</param>
    public sealed record OfImage(string Name, Image Image) : Source;

    /// <summary>A named context on this machine.</summary>
    public sealed record OfDirectory(string Path) : Source;
}
