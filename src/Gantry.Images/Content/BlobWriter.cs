using Gantry.Core;

namespace Gantry.Images;

/// <summary>A blob on its way in. Disposing it without <see cref="Commit"/> leaves nothing.</summary>
public sealed class BlobWriter : IDisposable
{
    private readonly ContentStore store;
    private readonly string temporary;
    private readonly FileStream file;
    private readonly HashingWriteStream hashing;
    private bool committed;

    internal BlobWriter(ContentStore store, string temporary)
    {
        this.store = store;
        this.temporary = temporary;
        file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        hashing = new HashingWriteStream(file);
    }

    public Stream Stream => hashing;

    /// <summary>Bytes written so far.</summary>
    public long Count => hashing.Count;

    /// <exception cref="GantryException">InvalidArgument: the content is not what was expected.</exception>
    public (Digest Digest, long Size) Commit(Digest? expected)
    {
        var (digest, size) = (hashing.Digest(), hashing.Count);
        if (expected is { } wanted && wanted != digest)
        {
            throw GantryException.Invalid($"unexpected digest {digest}, expected {wanted}");
        }

        if (!store.Contains(digest))
        {
            file.Flush(flushToDisk: true);
            File.Move(temporary, store.PathOf(digest), overwrite: true);
            committed = true;
        }

        return (digest, size);
    }

    public void Dispose()
    {
        hashing.Dispose();
        file.Dispose();
        if (!committed)
        {
            File.Delete(temporary);
        }
    }
}
