using System.Text;
using Gantry.Core;

namespace Gantry.Images;

/// <summary>
/// An image archive's members once read: small documents by name, and everything else in the content store by the digest
/// of what it is.
/// </summary>
internal sealed class ArchiveContents
{
    private const string BlobFolder = "blobs/sha256/";

    private readonly Dictionary<string, byte[]> documents = [];
    private readonly Dictionary<string, (Digest Digest, long Size)> blobs = [];
    private readonly Dictionary<string, string> links = [];

    public static async Task<ArchiveContents> ReadAsync(Stream archive, ContentStore content, CancellationToken cancellationToken)
    {
        var contents = new ArchiveContents();
        var plain = await Compression.DecompressAsync(archive, cancellationToken).ConfigureAwait(false);
        await using var _ = plain.ConfigureAwait(false);
        var reader = new TarReader(plain);
        while (await reader.NextAsync(cancellationToken).ConfigureAwait(false) is { } entry)
        {
            var name = Encoding.UTF8.GetString(TarPath.Clean(entry.Name));
            switch (entry.Type)
            {
                case TarEntryType.Regular when name is "manifest.json" or "index.json" or "oci-layout" or "repositories":
                    contents.documents[name] = await reader.ReadAllAsync(ContentStore.DocumentLimit, cancellationToken).ConfigureAwait(false);
                    break;
                case TarEntryType.Regular:
                    // A blob's name is its digest, and the store holds it to that.
                    Digest? expected = name.StartsWith(BlobFolder, StringComparison.Ordinal) && Digest.TryParse("sha256:" + name[BlobFolder.Length..], null, out var digest) ? digest : null;
                    using (var member = reader.OpenContent())
                    {
                        contents.blobs[name] = await content.WriteAsync(member, expected, cancellationToken).ConfigureAwait(false);
                    }

                    break;
                case TarEntryType.SymbolicLink:
                    // Old archives write a layer that several images share once.
                    byte[] target = [.. TarPath.Split(TarPath.Clean(entry.Name)).Parent, (byte)'/', .. entry.LinkName];
                    contents.links[name] = Encoding.UTF8.GetString(TarPath.Clean(target));
                    break;
                case TarEntryType.HardLink:
                    contents.links[name] = Encoding.UTF8.GetString(TarPath.Clean(entry.LinkName));
                    break;
            }
        }

        await reader.DrainAsync(cancellationToken).ConfigureAwait(false);
        return contents;
    }

    public byte[]? Document(string name) => documents.GetValueOrDefault(name);

    /// <exception cref="GantryException">InvalidArgument: there is no such member.</exception>
    public (Digest Digest, long Size) Blob(string name)
    {
        var path = Encoding.UTF8.GetString(TarPath.Clean(Encoding.UTF8.GetBytes(name)));
        for (var hops = 0; hops < 8 && links.TryGetValue(path, out var target); hops++)
        {
            path = target;
        }

        return blobs.TryGetValue(path, out var blob) ? blob : throw GantryException.Invalid($"invalid archive: {name} is missing");
    }
}
