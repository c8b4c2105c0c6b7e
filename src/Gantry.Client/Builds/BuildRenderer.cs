using Gantry.Api;
using Gantry.Api.Images;

namespace Gantry.Client.Builds;

/// <summary>Shows a build as it goes. Calls come one at a time, in order.</summary>
public abstract class BuildRenderer
{
    /// <param name="progress"><c>auto</c>, <c>plain</c>, <c>tty</c>, <c>quiet</c> or <c>none</c>.</param>
    /// <param name="terminal">Whether <paramref name="output"/> is a terminal.</param>
    public static BuildRenderer Create(string progress, TextWriter output, bool terminal, Func<int> width) => progress switch
    {
        "quiet" or "none" => new QuietBuildRenderer(),
        "tty" => new TerminalBuildRenderer(output, width),
        "auto" when terminal => new TerminalBuildRenderer(output, width),
        _ => new PlainBuildRenderer(output),
    };

    public virtual void Start(BuildOptions options)
    {
    }

    public abstract void Render(BuildEventMessage happened);

    /// <summary>A line of the classic builder; only daemons without build events send them.</summary>
    public virtual void Text(string text)
    {
    }

    /// <summary>Progress of a base image's pull.</summary>
    public virtual void Status(string? id, string status, ProgressDetail? progress)
    {
    }

    public virtual void Fail(string message)
    {
    }

    public virtual void Finish(string? image)
    {
    }
}

internal sealed class QuietBuildRenderer : BuildRenderer
{
    public override void Render(BuildEventMessage happened)
    {
    }
}
