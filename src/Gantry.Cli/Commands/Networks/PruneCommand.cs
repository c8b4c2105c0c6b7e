using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands.Networks;

/// <summary>Remove all unused networks.</summary>
internal static class PruneCommand
{
    public static Command Create() => new Pruning
    {
        Summary = "Remove all unused networks",
        Warning = _ => "WARNING! This will remove all custom networks not used by at least one container.\nAre you sure you want to continue?",
        Title = "Deleted Networks:",
        RemoveAsync = async (context, _, filters, cancellationToken) =>
            ((await context.Client.Networks.PruneAsync(filters, cancellationToken).ConfigureAwait(false)).NetworksDeleted, null),
    }.Create();
}
