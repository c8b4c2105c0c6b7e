using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Gantry.Core;
using Gantry.Linux.Files;

namespace Gantry.Build.Files;

/// <summary>The digest of selected files that cache keys carry: paths, kinds, modes, owners, contents, link targets; no times.</summary>
internal sealed class TreeDigest(FileHashes hashes, bool keepOwner) : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public void Add(string text) => Add(Encoding.UTF8.GetBytes(text));

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Add(bytes.Length);
        hash.AppendData(bytes);
    }

    /// <summary>Adds what <paramref name="source"/> names: a directory's own metadata is not part, since it is not copied.</summary>
    public void Add(Selection selection, Selected source, CancellationToken cancellationToken)
    {
        if (source.Node.IsDirectory)
        {
            Add("d");
            AddChildren(selection, source.Node, source.Node, cancellationToken);
        }
        else
        {
            Add(source.Name);
            AddNode(selection.Tree, source.Node);
        }
    }

    public Digest Finish() => Digest.FromHash(hash.GetHashAndReset());

    public void Dispose() => hash.Dispose();

    private void AddChildren(Selection selection, FileNode directory, FileNode top, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        foreach (var child in selection.Children(directory, top))
        {
            Add(child.RawName);
            AddNode(selection.Tree, child);
            if (child.IsDirectory)
            {
                AddChildren(selection, child, top, cancellationToken);
            }
        }

        Add(-1);
    }

    private void AddNode(FileTree tree, FileNode node)
    {
        Add((long)node.Status.Type);
        if (node.Status.Type != FileType.SymbolicLink)
        {
            Add(node.Status.Mode);
        }

        if (keepOwner)
        {
            Add(node.Status.Uid);
            Add(node.Status.Gid);
        }

        switch (node.Status.Type)
        {
            case FileType.Regular:
                hash.AppendData(hashes.Of(tree, node));
                break;
            case FileType.SymbolicLink:
                Add(tree.RawLinkTarget(node));
                break;
            case FileType.CharacterDevice or FileType.BlockDevice:
                Add(node.Status.Represents.Major);
                Add(node.Status.Represents.Minor);
                break;
        }
    }

    private void Add(long number)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
