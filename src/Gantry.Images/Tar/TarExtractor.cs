using System.Text;
using Gantry.Core;
using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Images;

/// <summary>
/// Tar extraction that cannot be led outside its tree: every directory is reached by openat2 in the root, and the last name
/// of a path is never followed.
/// </summary>
public static class TarExtractor
{
    /// <summary>
    /// Unpacks a tar (plain, gzip, zstd; detected) below <paramref name="path"/> inside <paramref name="root"/>, making that
    /// directory when it is missing. Owner and mode kept unless overridden.
    /// </summary>
    /// <exception cref="GantryException">InvalidArgument: the archive is broken, or may not overwrite what is there.</exception>
    public static async Task ExtractAsync(Stream tar, string root, string path, TarExtractOptions options, CancellationToken cancellationToken)
    {
        var plain = await Compression.DecompressAsync(tar, cancellationToken).ConfigureAwait(false);
        await using (plain.ConfigureAwait(false))
        {
            await ExtractPlainAsync(plain, root, path, options, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Unpacks an uncompressed tar and reads it to its very end. Returns the bytes in the files.</summary>
    internal static async Task<long> ExtractPlainAsync(Stream tar, string root, string path, TarExtractOptions options, CancellationToken cancellationToken)
    {
        using var tree = new TarExtraction(root, Encoding.UTF8.GetBytes(path), options);
        var reader = new TarReader(tar);
        try
        {
            while (await reader.NextAsync(cancellationToken).ConfigureAwait(false) is { } entry)
            {
                using var file = tree.Extract(entry);
                if (file is not null)
                {
                    await WriteContentAsync(reader, entry, file, cancellationToken).ConfigureAwait(false);
                    tree.Finish(file, entry);
                }
            }

            tree.Complete();
        }
        catch (LinuxException e) when (e.Errno is Errno.ENOENT or Errno.ELOOP or Errno.ENOTDIR or Errno.ENAMETOOLONG or Errno.EXDEV or Errno.EINVAL or Errno.EISDIR)
        {
            // Names that lead through files, or in circles: the archive's doing.
            throw new GantryException(ErrorKind.InvalidArgument, e.Message, e);
        }

        await reader.DrainAsync(cancellationToken).ConfigureAwait(false);
        return tree.Bytes;
    }

    private static async ValueTask WriteContentAsync(TarReader reader, TarEntry entry, FileDescriptor file, CancellationToken cancellationToken)
    {
        IReadOnlyList<SparseRegion> regions = entry.Sparse ?? [new SparseRegion(0, entry.Size)];
        foreach (var region in regions)
        {
            for (var done = 0L; done < region.Length;)
            {
                var slice = await reader.ReadAsync(region.Length - done, cancellationToken).ConfigureAwait(false);
                FileSystem.Write(file, slice.Span, region.Offset + done);
                done += slice.Length;
            }
        }

        if (entry.Sparse is not null)
        {
            FileSystem.SetLength(file, entry.Size);
        }
    }
}
