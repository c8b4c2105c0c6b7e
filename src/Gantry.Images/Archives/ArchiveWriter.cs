using System.Text;
using Gantry.Core;
using Gantry.Linux.Files;

namespace Gantry.Images;

/// <summary>Writes images into one tar, blobs once each, the indexes last.</summary>
internal static class ArchiveWriter
{
    public static async Task WriteAsync(
        ImageStore images, IReadOnlyList<(Image Image, ImageReference? Reference)> saved, Stream output, CancellationToken cancellationToken)
    {
        var writer = new TarWriter(output);
        await WriteFolderAsync(writer, "blobs/", cancellationToken).ConfigureAwait(false);
        await WriteFolderAsync(writer, "blobs/sha256/", cancellationToken).ConfigureAwait(false);
        var times = Times(images, saved.Select(s => s.Image));
        foreach (var digest in saved.SelectMany(s => images.PartsOf(s.Image.Target)).Select(part => part.Digest).Distinct().OrderBy(d => d.Hex, StringComparer.Ordinal))
        {
            var blob = images.Content.OpenRead(digest);
            await using var _ = blob.ConfigureAwait(false);
            await writer.WriteHeaderAsync(File(PathOf(digest), blob.Length, times.GetValueOrDefault(digest)), cancellationToken).ConfigureAwait(false);
            await writer.WriteStreamAsync(blob, blob.Length, cancellationToken).ConfigureAwait(false);
        }

        var index = new OciManifest { MediaType = MediaTypes.OciIndex, Manifests = [.. saved.Select(ToIndexEntry)] };
        await writer.WriteFileAsync("index.json", OciJson.Write(index, OciJson.Manifest), cancellationToken).ConfigureAwait(false);
        DockerArchiveImage[] docker = [.. saved.GroupBy(s => s.Image.Id).Select(ToDockerEntry)];
        await writer.WriteFileAsync("manifest.json", OciJson.Write(docker, OciJson.DockerArchive), cancellationToken).ConfigureAwait(false);
        await writer.WriteFileAsync("oci-layout", OciJson.Write(new OciLayout(), OciJson.Layout), cancellationToken).ConfigureAwait(false);
        await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    // As Docker's: configs and layers are as old as their image, everything else is of 1970. A blob of two images is as old as the first's.
    private static Dictionary<Digest, FileTime> Times(ImageStore images, IEnumerable<Image> saved)
    {
        Dictionary<Digest, FileTime> times = [];
        foreach (var image in saved.SelectMany(image => images.PlatformsOf(image.Target)))
        {
            var created = image.Config.Created is { } moment ? FileTime.From(moment).WholeSeconds : default;
            foreach (var digest in image.Layers.Select(layer => layer.Blob.Digest).Prepend(image.ConfigBlob.Digest))
            {
                times.TryAdd(digest, created);
            }
        }

        return times;
    }

    private static OciDescriptor ToIndexEntry((Image Image, ImageReference? Reference) saved)
    {
        Dictionary<string, string> annotations = [];
        if (saved.Reference is { } reference)
        {
            annotations["io.containerd.image.name"] = reference.ToString();
            if (reference.Tag is { } tag)
            {
                annotations["org.opencontainers.image.ref.name"] = tag;
            }
        }

        return (saved.Image.Target with { Annotations = annotations.Count > 0 ? annotations : null }).ToDocument();
    }

    private static DockerArchiveImage ToDockerEntry(IGrouping<Digest, (Image Image, ImageReference? Reference)> saved)
    {
        var image = saved.First().Image;
        string[] tags = [.. saved.Select(s => s.Reference).OfType<ImageReference>().Where(r => r.Tag is not null && r.Digest is null).Select(r => r.Familiar)];
        return new DockerArchiveImage
        {
            Config = PathOf(image.ConfigBlob.Digest),
            RepoTags = tags.Length > 0 ? tags : null,
            Layers = [.. image.Layers.Select(layer => PathOf(layer.Blob.Digest))],
        };
    }

    private static string PathOf(Digest digest) => $"blobs/sha256/{digest.Hex}";

    private static TarEntry File(string name, long size, FileTime modified) =>
        new() { Name = Encoding.ASCII.GetBytes(name), Type = TarEntryType.Regular, Mode = 0x1A4, Size = size, Modified = modified };

    private static ValueTask WriteFolderAsync(TarWriter writer, string name, CancellationToken cancellationToken) =>
        writer.WriteHeaderAsync(new TarEntry { Name = Encoding.ASCII.GetBytes(name), Type = TarEntryType.Directory, Mode = 0x1ED }, cancellationToken);
}
