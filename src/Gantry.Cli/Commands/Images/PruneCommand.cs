using Gantry.Api.Images;
using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands.Images;

/// <summary>Remove unused images.</summary>
internal static class PruneCommand
{
    public static Command Create() => new Pruning
    {
        Summary = "Remove unused images",
        AllUsage = "Remove all unused images, not just dangling ones",
        Warning = all => (all ? "WARNING! This will remove all images without at least one container associated to them." : "WARNING! This will remove all dangling images.")
            + "\nAre you sure you want to continue?",
        Title = "Deleted Images:",
        RemoveAsync = async (context, all, filters, cancellationToken) =>
        {
            var pruned = await context.Client.Images.PruneAsync(filters.Add("dangling", all ? "false" : "true"), cancellationToken).ConfigureAwait(false);
            return (pruned.ImagesDeleted?.Select(Line), pruned.SpaceReclaimed);
        },
    }.Create();

    public static string Line(ImageDeleteItem item) => item.Untagged is { Length: > 0 } name ? "untagged: " + name : "deleted: " + item.Deleted;
}
