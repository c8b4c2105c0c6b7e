namespace Gantry.Networking.Names;

/// <summary>Numbers of RFC 1035, 3596 and 6891, under their own names.</summary>
internal static class DnsType
{
    internal const ushort A = 1;
    internal const ushort PTR = 12;
    internal const ushort AAAA = 28;
    internal const ushort OPT = 41;
    internal const ushort IN = 1;
}
