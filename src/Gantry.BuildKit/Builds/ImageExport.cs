using Gantry.BuildKit.Messages;
using Gantry.Core;
using Gantry.Engine.Builds;
using Gantry.Images;

namespace Gantry.BuildKit.Builds;

/// <summary>The only exporter: into this daemon's images, where the result is already. It gets its names.</summary>
internal sealed class ImageExport(IReadOnlyList<ImageReference> names)
{
    private const string ImageDigest = "containerimage.digest";
    private const string ConfigDigest = "containerimage.config.digest";
    private const string ImageName = "image.name";

    /// <exception cref="GantryException">NotImplemented for exporters that write elsewhere; InvalidArgument for a bad name.</exception>
    public static ImageExport Read(SolveRequest request)
    {
        List<ImageReference> names = [];
        IEnumerable<Exporter> exporters = request.Exporters.Count > 0 ? request.Exporters
            : request.ExporterDeprecated.Length > 0 ? [new Exporter { Type = request.ExporterDeprecated, Attrs = { request.ExporterAttrsDeprecated } }]
            : [];
        foreach (var exporter in exporters)
        {
            if (exporter.Type is not ("moby" or "image") || IsSet(exporter, "push"))
            {
                throw new GantryException(ErrorKind.NotImplemented, $"Gantry does not implement the exporter {(IsSet(exporter, "push") ? "image with push=true; push the image afterwards" : exporter.Type)}: build without --output, or with --load");
            }

            names.AddRange(Names(exporter));
        }

        return new ImageExport(names);
    }

    public async Task<IEnumerable<KeyValuePair<string, string>>> RunAsync(BuildService builds, Image image, BuildProgress progress) =>
        await progress.RunAsync("exporting to image", vertex =>
        {
            vertex.Complete(vertex.Start("exporting layers"));
            vertex.Complete(vertex.Start($"writing image {image.Id}"));
            builds.Tag(image, names);
            foreach (var name in names)
            {
                vertex.Complete(vertex.Start($"naming to {name.WithDefaultTag()}"));
            }

            return Task.FromResult(Response(image));
        });

    private IEnumerable<KeyValuePair<string, string>> Response(Image image)
    {
        yield return new(ImageDigest, image.Id.ToString());
        yield return new(ConfigDigest, image.ConfigBlob.Digest.ToString());
        if (names.Count > 0)
        {
            yield return new(ImageName, string.Join(',', names.Select(name => name.WithDefaultTag())));
        }
    }

    private static bool IsSet(Exporter exporter, string flag) => exporter.Attrs.TryGetValue(flag, out var value) && bool.TryParse(value, out var set) && set;

    private static IEnumerable<ImageReference> Names(Exporter exporter)
    {
        if (!exporter.Attrs.TryGetValue("name", out var list))
        {
            yield break;
        }

        foreach (var name in list.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            yield return ImageReference.TryParse(name, null, out var reference) ? reference : throw GantryException.Invalid($"invalid reference format: {name}");
        }
    }
}
