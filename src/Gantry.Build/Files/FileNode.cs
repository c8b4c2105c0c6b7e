using System.Text;
using Gantry.Linux.Files;

namespace Gantry.Build.Files;

/// <summary>A file of a <see cref="FileTree"/>: where it really is (no links on the way) and what it is.</summary>
internal sealed record FileNode(byte[] RawPath, FileStatus Status)
{
    /// <summary>Relative to the tree's root; empty for the root itself.</summary>
    public string Path { get; } = Encoding.UTF8.GetString(RawPath);

    public bool IsDirectory => Status.IsDirectory;

    public ReadOnlySpan<byte> RawName => RawPath.AsSpan(RawPath.AsSpan().LastIndexOf((byte)'/') + 1);

    public FileNode Child(byte[] name, FileStatus status) => new(RawPath.Length == 0 ? name : [.. RawPath, (byte)'/', .. name], status);
}
