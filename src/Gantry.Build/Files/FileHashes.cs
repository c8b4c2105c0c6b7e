using System.Collections.Concurrent;
using System.Security.Cryptography;
using Gantry.Linux.Files;

namespace Gantry.Build.Files;

/// <summary>Digests of file contents (with the extended attributes that copying keeps), remembered by inode and times so that an unchanged file is read once.</summary>
internal sealed class FileHashes
{
    private const int Capacity = 200_000;

    private readonly ConcurrentDictionary<Identity, byte[]> known = new();

    /// <summary>32 bytes.</summary>
    public byte[] Of(FileTree tree, FileNode file)
    {
        var identity = new Identity(file.Status.Device, file.Status.Inode, file.Status.Size, file.Status.Modified, file.Status.Changed);
        if (known.TryGetValue(identity, out var hash))
        {
            return hash;
        }

        hash = Read(tree, file);

        // A file that changed within the clock's grain could change again unseen.
        if (DateTimeOffset.UtcNow - file.Status.Changed.ToDateTimeOffset() > TimeSpan.FromSeconds(1))
        {
            if (known.Count >= Capacity)
            {
                known.Clear();
            }

            known[identity] = hash;
        }

        return hash;
    }

    private static byte[] Read(FileTree tree, FileNode file)
    {
        using var descriptor = tree.Open(file, OpenFlags.ReadOnly | OpenFlags.NonBlocking);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            while (FileSystem.Read(descriptor, buffer) is var count and > 0)
            {
                hash.AppendData(buffer, 0, count);
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }

        foreach (var name in KeptAttributes.Of(descriptor))
        {
            hash.AppendData(name);
            hash.AppendData(FileSystem.FindAttribute(descriptor, name) ?? []);
        }

        return hash.GetHashAndReset();
    }

    private readonly record struct Identity((uint, uint) Device, ulong Inode, long Size, FileTime Modified, FileTime Changed);
}
