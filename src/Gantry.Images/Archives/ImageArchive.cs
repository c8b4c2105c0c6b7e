using System.Text;
using Gantry.Core;
using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Images;

/// <summary>docker-archive and OCI-layout reading and writing.</summary>
public sealed class ImageArchive(ImageStore images)
{
    /// <summary>
    /// Reads either format, plain, gzip or zstd. Returns what was loaded: the image and the names it got. A bad archive
    /// throws InvalidArgument and registers nothing.
    /// </summary>
    /// <param name="platform">Null for all; else every image must have that one, and only its files are unpacked.</param>
    public async Task<IReadOnlyList<(Image Image, IReadOnlyList<ImageReference> References)>> LoadAsync(Stream archive, Platform? platform, CancellationToken cancellationToken)
    {
        using var lease = images.Lease();
        var contents = await ArchiveContents.ReadAsync(archive, images.Content, cancellationToken).ConfigureAwait(false);
        var found = ArchiveIndex.Find(contents, images.Content);
        if (found.Count == 0)
        {
            throw GantryException.Invalid("invalid archive: no images in it");
        }

        // Everything is checked, down to the layers' files, before the first image shows.
        foreach (var (target, _) in found)
        {
            foreach (var image in Wanted(images.Peek(target), platform))
            {
                await images.Layers.EnsureAsync(image.Layers, null, cancellationToken).ConfigureAwait(false);
            }
        }

        List<(Image, IReadOnlyList<ImageReference>)> loaded = [];
        foreach (var (target, references) in found)
        {
            var id = images.AddTarget(target).Id;
            foreach (var reference in references)
            {
                images.Tag(id, reference);
            }

            loaded.Add((images.Get(id.ToString(), platform), references));
        }

        return loaded;
    }

    /// <summary>Writes a tar that is both an OCI layout (index.json) and a docker-archive (manifest.json), as Docker 25+ does.</summary>
    /// <param name="namesOrIds">A repository without a tag is all its tags.</param>
    /// <param name="platform">Null for all that are here.</param>
    /// <exception cref="GantryException">NotFound.</exception>
    public async Task SaveAsync(IReadOnlyList<string> namesOrIds, Platform? platform, Stream output, CancellationToken cancellationToken)
    {
        using var lease = images.Lease();
        var saved = namesOrIds.SelectMany(images.NamesOf).Select(name => (Image: One(images.Get(name.NameOrId, platform)), name.Reference)).DistinctBy(one => (one.Image.Id, one.Reference)).ToArray();
        await ArchiveWriter.WriteAsync(images, saved, output, cancellationToken).ConfigureAwait(false);

        Image One(Image image) => platform is null ? image : image with { Target = image.Manifest };
    }

    /// <summary>docker import: one layer from a root filesystem tar (plain, gzip, zstd).</summary>
    public async Task<Image> ImportAsync(Stream tar, ImageConfig template, string comment, CancellationToken cancellationToken)
    {
        using var lease = images.Lease();
        var plain = await Compression.DecompressAsync(tar, cancellationToken).ConfigureAwait(false);
        await using var _ = plain.ConfigureAwait(false);
        var layer = await LayerBlob.WritePlainAsync(
            images.Content, target => plain.CopyToAsync(target, 256 * 1024, cancellationToken)).ConfigureAwait(false);
        await images.Layers.EnsureAsync([layer], null, cancellationToken).ConfigureAwait(false);
        var created = template.Created ?? DateTimeOffset.UtcNow;
        return images.Add(template with { Created = created, History = [new HistoryEntry(created, null, comment, EmptyLayer: false)] }, [layer]);
    }

    /// <summary>
    /// A tar of a mounted root filesystem or subtree (docker export, docker cp out). Never leaves <paramref name="root"/>.
    /// Members of the root have bare names; those of another path begin with its last part.
    /// </summary>
    /// <exception cref="GantryException">NotFound.</exception>
    public static async Task ExportAsync(string root, string path, Stream output, CancellationToken cancellationToken)
    {
        if (TarPath.Clean(Encoding.UTF8.GetBytes(path)).Length > 0)
        {
            await CopyAsync(root, path, output, cancellationToken).ConfigureAwait(false);
            return;
        }

        using var tree = new RootDirectory(root);
        var writer = new TarWriter(output);
        await new TreeArchiver(writer, new TreeArchiveOptions()).WriteChildrenAsync(tree.Descriptor, [], cancellationToken).ConfigureAwait(false);
        await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// As docker cp wants it: a tar of one path, the path's own entry first, also of the root. A path that ends in a slash
    /// or <c>/.</c> means the directory that a link leads to.
    /// </summary>
    /// <exception cref="GantryException">NotFound.</exception>
    public static async Task CopyAsync(string root, string path, Stream output, CancellationToken cancellationToken)
    {
        using var tree = new RootDirectory(root);
        var writer = new TarWriter(output);
        var archiver = new TreeArchiver(writer, new TreeArchiveOptions());
        var clean = TarPath.Clean(Encoding.UTF8.GetBytes(path));
        if (clean.Length == 0 || path.EndsWith('/') || path.EndsWith("/.", StringComparison.Ordinal))
        {
            using var directory = Open(tree, clean, path);
            byte[] name = path.EndsWith('.') ? "."u8.ToArray() : clean.Length == 0 ? [] : TarPath.Split(clean).Name;
            await archiver.WriteDirectoryAsync(directory, FileSystem.Status(directory), name, cancellationToken).ConfigureAwait(false);
        }
        else
        {
            var (parent, name) = TarPath.Split(clean);
            using var directory = Open(tree, parent, path);
            var status = FileSystem.FindStatus(directory, name) ?? throw NotFound(path);
            await archiver.WriteAsync(directory, name, status.Type, name, cancellationToken).ConfigureAwait(false);
        }

        await writer.CompleteAsync(cancellationToken).ConfigureAwait(false);
    }

    private static IEnumerable<Image> Wanted(IReadOnlyList<Image> found, Platform? platform)
    {
        if (platform is not { } wanted)
        {
            return found;
        }

        var chosen = found.Where(image => wanted.Accepts(image.Platform)).ToArray();
        return chosen.Length > 0 ? chosen : throw GantryException.Invalid($"the archive does not provide the specified platform ({wanted})");
    }

    private static FileDescriptor Open(RootDirectory tree, byte[] directory, string path) =>
        tree.TryOpen(directory, OpenFlags.ReadOnly | OpenFlags.Directory, out var errno) ?? throw (errno is Errno.ENOENT or Errno.ENOTDIR or Errno.ELOOP
            ? NotFound(path) : new LinuxException("openat2", errno, path));

    private static GantryException NotFound(string path) => GantryException.NotFound($"lstat {path}: no such file or directory");
}
