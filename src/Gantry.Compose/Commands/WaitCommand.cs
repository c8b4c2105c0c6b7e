using Gantry.Core;

namespace Gantry.Compose.Commands;

/// <summary><c>wait</c>: until the containers of some services stop; prints and returns the first exit code.</summary>
internal static class WaitCommand
{
    public const string Flags = "down-project";

    public static async Task<int> RunAsync(ComposeContext context, Arguments arguments, CancellationToken cancellationToken)
    {
        if (arguments.Positionals.Count == 0)
        {
            throw new UsageException("\"gantry compose wait\" requires at least 1 argument.");
        }

        var (_, containers) = await context.ContainersAsync(arguments.Positionals, oneOff: false, cancellationToken).ConfigureAwait(false);
        if (containers.Count == 0)
        {
            throw GantryException.NotFound($"no containers for project");
        }

        var waits = containers.Select(container => context.Client.Containers.WaitAsync(container.Id, "not-running", cancellationToken)).ToList();
        if (arguments.Has("down-project"))
        {
            var code = (await (await Task.WhenAny(waits).ConfigureAwait(false)).ConfigureAwait(false)).StatusCode;
            await DownCommand.RunAsync(context, Arguments.Parse([], DownCommand.Flags), cancellationToken).ConfigureAwait(false);
            return (int)code;
        }

        var answers = await Task.WhenAll(waits).ConfigureAwait(false);
        foreach (var answer in answers)
        {
            await context.Out.WriteLineAsync($"{answer.StatusCode}").ConfigureAwait(false);
        }

        return (int)answers[0].StatusCode;
    }
}
