using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Gantry.Core;

namespace Gantry.Build.Cache;

/// <summary>Builds a digest over texts that cannot run into each other.</summary>
internal sealed class StepKey : IDisposable
{
    private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public StepKey(string kind, IEnumerable<Digest> parents)
    {
        Add(kind);
        Add(parents.Select(parent => parent.Hex));
    }

    public StepKey Add(string? text)
    {
        Span<byte> length = stackalloc byte[4];
        var bytes = Encoding.UTF8.GetBytes(text ?? "");
        BinaryPrimitives.WriteInt32LittleEndian(length, text is null ? -1 : bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
        return this;
    }

    public StepKey Add(IEnumerable<string> texts)
    {
        foreach (var text in texts)
        {
            Add(text);
        }

        return Add((string?)null);
    }

    public Digest Finish() => Digest.FromHash(hash.GetHashAndReset());

    public void Dispose() => hash.Dispose();
}
