using System.Diagnostics.CodeAnalysis;

namespace Gantry.Core;

/// <summary>A 48-bit Ethernet address, written <c>02:42:ac:11:00:02</c>.</summary>
public readonly record struct MacAddress(ulong Bits) : IParsable<MacAddress>
{
    /// <summary>A random locally administered unicast address.</summary>
    public static MacAddress Random() => new(((ulong)System.Random.Shared.NextInt64(1L << 48) & 0xfcff_ffff_ffff) | 0x0200_0000_0000);

    public static MacAddress Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var mac) ? mac : throw new FormatException($"invalid MAC address: {s}");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out MacAddress result)
    {
        result = default;
        var parts = s?.Split(':', '-') ?? [];
        ulong bits = 0;
        foreach (var part in parts)
        {
            if (part.Length != 2 || !byte.TryParse(part, System.Globalization.NumberStyles.AllowHexSpecifier, null, out var octet))
            {
                return false;
            }

            bits = bits << 8 | octet;
        }

        result = new MacAddress(bits);
        return parts.Length == 6;
    }

    /// <summary>The six octets in network order.</summary>
    public byte[] ToBytes() => [(byte)(Bits >> 40), (byte)(Bits >> 32), (byte)(Bits >> 24), (byte)(Bits >> 16), (byte)(Bits >> 8), (byte)Bits];

    public override string ToString() => string.Join(':', ToBytes().Select(octet => octet.ToString("x2")));
}
