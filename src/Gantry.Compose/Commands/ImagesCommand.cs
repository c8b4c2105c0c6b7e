using Gantry.Compose.Output;
using Gantry.Core;

namespace Gantry.Compose.Commands;

/// <summary><c>images</c>: what the containers run.</summary>
internal static class ImagesCommand
{
    public const string Flags = "quiet,q format=";

    public static async Task<int> RunAsync(ComposeContext context, Arguments arguments, CancellationToken cancellationToken)
    {
        var (_, containers) = await context.ContainersAsync(arguments.Positionals, oneOff: false, cancellationToken).ConfigureAwait(false);
        if (arguments.Has("quiet"))
        {
            foreach (var id in containers.Select(container => container.Summary.ImageID).Distinct())
            {
                await context.Out.WriteLineAsync(id.Replace("sha256:", "", StringComparison.Ordinal)).ConfigureAwait(false);
            }

            return 0;
        }

        var ids = containers.Select(container => container.Summary.ImageID).Distinct().ToList();
        var images = (await Task.WhenAll(ids.Select(id => context.Client.Images.InspectAsync(id, cancellationToken))).ConfigureAwait(false)).Zip(ids).ToDictionary(pair => pair.Second, pair => pair.First, StringComparer.Ordinal);
        await context.Out.WriteAsync(Table.Write(
            ["CONTAINER", "REPOSITORY", "TAG", "PLATFORM", "IMAGE ID", "SIZE", "CREATED"],
            containers.OrderBy(container => container.Name, StringComparer.Ordinal).Select(container =>
            {
                var image = images[container.Summary.ImageID];
                var name = ImageReference.TryParse(image.RepoTags.Count > 0 ? image.RepoTags[0] : container.Summary.Image, null, out var reference) ? reference : null;
                var created = Timestamp.TryParse(image.Created, out var instant) ? HumanTime.Ago(instant) : "N/A";
                return (IReadOnlyList<string>)[container.Name, name?.FamiliarName ?? "<none>", name?.Tag ?? "<none>", $"{image.Os}/{image.Architecture}", image.Id.Replace("sha256:", "", StringComparison.Ordinal)[..12], new ByteSize(image.Size).ToDecimalString(3), created];
            }))).ConfigureAwait(false);
        return 0;
    }
}
