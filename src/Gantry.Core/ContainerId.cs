using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Gantry.Core;

/// <summary>A container's (or exec instance's, network's) identity: 64 lower-case hex digits, 12 of them shown to people.</summary>
public readonly record struct ContainerId : IParsable<ContainerId>
{
    private readonly string? value;

    private ContainerId(string value) => this.value = value;

    /// <summary>The first 12 digits.</summary>
    public string Short => ToString()[..12];

    public static ContainerId New() => new(RandomNumberGenerator.GetHexString(64, lowercase: true));

    public static ContainerId Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var id) ? id : throw new FormatException($"not a container id: {s}");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ContainerId result)
    {
        var valid = s is { Length: 64 } && !s.AsSpan().ContainsAnyExcept(Hex.LowerDigits);
        result = valid ? new ContainerId(s!) : default;
        return valid;
    }

    public override string ToString() => value ?? new string('0', 64);
}
