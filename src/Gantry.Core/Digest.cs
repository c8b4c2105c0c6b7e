using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Gantry.Core;

/// <summary>A content digest, <c>sha256:</c> and 64 hex digits (OCI image spec, descriptor.md). Other algorithms are refused.</summary>
public readonly record struct Digest : IParsable<Digest>
{
    private const string Prefix = "sha256:";
    private readonly string? hex;

    private Digest(string hex) => this.hex = hex;

    /// <summary>The 64 hex digits without the algorithm.</summary>
    public string Hex => hex ?? new string('0', 64);

    /// <summary>The first 12 hex digits, as tables show them.</summary>
    public string Short => Hex[..12];

    public bool IsEmpty => hex is null;

    public static Digest Of(ReadOnlySpan<byte> bytes) => FromHash(SHA256.HashData(bytes));

    /// <param name="hash">32 bytes.</param>
    public static Digest FromHash(ReadOnlySpan<byte> hash) => new(Convert.ToHexStringLower(hash));

    public static Digest Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var digest) ? digest : throw new FormatException($"invalid digest: {s}");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Digest result)
    {
        var valid = s is { Length: 71 } && s.StartsWith(Prefix, StringComparison.Ordinal)
            && !s.AsSpan(Prefix.Length).ContainsAnyExcept(Core.Hex.LowerDigits);
        result = valid ? new Digest(s![Prefix.Length..]) : default;
        return valid;
    }

    public override string ToString() => Prefix + Hex;
}
