namespace Gantry.Networking.Names;

/// <summary>RCODE, RFC 1035 4.1.1.</summary>
internal enum DnsCode : byte
{
    NoError = 0,
    FormatError = 1,
    ServerFailure = 2,
    NotImplemented = 4,
    Refused = 5,
}
