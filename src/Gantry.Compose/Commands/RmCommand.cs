using Gantry.Compose.Execution;

namespace Gantry.Compose.Commands;

/// <summary><c>rm</c>: stopped containers go.</summary>
internal static class RmCommand
{
    public const string Flags = "force,f stop,s volumes,v all,a";

    public static async Task<int> RunAsync(ComposeContext context, Arguments arguments, CancellationToken cancellationToken)
    {
        var (_, containers) = await context.ContainersAsync(arguments.Positionals, oneOff: true, cancellationToken).ConfigureAwait(false);
        var chosen = containers.Where(container => arguments.Has("stop") || !container.IsRunning).ToList();
        if (chosen.Count == 0)
        {
            await context.Host.Error.WriteLineAsync("No stopped containers").ConfigureAwait(false);
            return 0;
        }

        if (!arguments.Has("force"))
        {
            await context.Out.WriteAsync($"? Going to remove {string.Join(", ", chosen.Select(container => container.Name))} (y/N) ").ConfigureAwait(false);
            if ((await context.Host.In.ReadLineAsync(cancellationToken).ConfigureAwait(false))?.Trim().ToLowerInvariant() is not ("y" or "yes"))
            {
                return 0;
            }
        }

        await using var progress = context.CreateProgress("Removing");
        var work = new ContainerWork(context.Client, progress);
        await Task.WhenAll(chosen.Select(container => work.StopAndRemoveAsync(container, arguments.Has("volumes"), cancellationToken))).ConfigureAwait(false);
        return 0;
    }
}
