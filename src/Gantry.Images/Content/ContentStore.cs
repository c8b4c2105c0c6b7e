using System.IO.Enumeration;
using Gantry.Core;
using Gantry.Linux.Files;

namespace Gantry.Images;

/// <summary>
/// Blobs by digest under a folder (blobs/sha256/HEX): immutable, verified on the way in, written to a temporary name,
/// synced, renamed.
/// </summary>
public sealed class ContentStore
{
    /// <summary>Bytes of the largest document that is read.</summary>
    internal const int DocumentLimit = 8 << 20;

    private readonly string blobs;
    private readonly string ingest;

    public ContentStore(string directory)
    {
        blobs = Path.Combine(directory, "blobs", "sha256");
        ingest = Path.Combine(directory, "ingest");
        FileSystem.RemoveTree(ingest);
        Directory.CreateDirectory(blobs);
        Directory.CreateDirectory(ingest);
    }

    internal LeaseTable Leases { get; } = new();

    public bool Contains(Digest digest)
    {
        Leases.Touch(digest);
        return File.Exists(PathOf(digest));
    }

    /// <summary>Without telling the leases: for looking around.</summary>
    internal bool Peek(Digest digest) => File.Exists(PathOf(digest));

    public long SizeOf(Digest digest) => FileSystem.FindStatus(PathOf(digest))?.Size ?? throw Missing(digest);

    /// <exception cref="GantryException">NotFound.</exception>
    public Stream OpenRead(Digest digest)
    {
        try
        {
            return new FileStream(PathOf(digest), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
        }
        catch (FileNotFoundException)
        {
            throw Missing(digest);
        }
    }

    /// <summary>A document: a manifest, an index or a config.</summary>
    /// <exception cref="GantryException">NotFound, or InvalidArgument: it is larger than any document, 8 MiB.</exception>
    public byte[] ReadAll(Digest digest)
    {
        using var stream = OpenRead(digest);
        if (stream.Length > DocumentLimit)
        {
            throw GantryException.Invalid($"content {digest} has {stream.Length} bytes: no document has more than {DocumentLimit}");
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    public Digest Write(ReadOnlySpan<byte> bytes)
    {
        var digest = Digest.Of(bytes);
        if (Contains(digest))
        {
            return digest;
        }

        var temporary = TemporaryPath();
        using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, PathOf(digest), overwrite: true);
        return digest;
    }

    /// <summary>Copies a stream in; throws InvalidArgument when it is not <paramref name="expected"/>, and keeps nothing then.</summary>
    public async Task<(Digest Digest, long Size)> WriteAsync(Stream source, Digest? expected, CancellationToken cancellationToken)
    {
        using var writer = BeginWrite();
        await source.CopyToAsync(writer.Stream, 256 * 1024, cancellationToken).ConfigureAwait(false);
        return writer.Commit(expected);
    }

    public IEnumerable<Digest> All() => new FileSystemEnumerable<Digest?>(
        blobs, (ref FileSystemEntry entry) => Digest.TryParse($"sha256:{entry.FileName}", null, out var digest) ? digest : null)
        .OfType<Digest>();

    public void Delete(Digest digest) => File.Delete(PathOf(digest));

    /// <summary>A blob whose digest is known only at its end.</summary>
    public BlobWriter BeginWrite() => new(this, TemporaryPath());

    internal string PathOf(Digest digest) => Path.Combine(blobs, digest.Hex);

    private static GantryException Missing(Digest digest) => GantryException.NotFound($"content {digest}: not found");

    private string TemporaryPath() => Path.Combine(ingest, Guid.NewGuid().ToString("N"));
}
