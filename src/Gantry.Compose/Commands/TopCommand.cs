using Gantry.Compose.Output;

namespace Gantry.Compose.Commands;

/// <summary><c>top</c>: the processes of each container.</summary>
internal static class TopCommand
{
    public static async Task<int> RunAsync(ComposeContext context, Arguments arguments, CancellationToken cancellationToken)
    {
        var (_, containers) = await context.ContainersAsync(arguments.Positionals, oneOff: false, cancellationToken).ConfigureAwait(false);
        var running = containers.Where(container => container.State == "running").OrderBy(container => container.Name, StringComparer.Ordinal).ToList();
        var answers = await Task.WhenAll(running.Select(container => context.Client.Containers.TopAsync(container.Id, null, cancellationToken))).ConfigureAwait(false);
        if (answers.Length > 0)
        {
            await context.Out.WriteAsync(Table.Write(
                ["SERVICE", "#", .. answers[0].Titles],
                running.Zip(answers).SelectMany(pair => pair.Second.Processes.Select(process => (IReadOnlyList<string>)[pair.First.Service, $"{pair.First.Number}", .. process])))).ConfigureAwait(false);
        }

        return 0;
    }
}
