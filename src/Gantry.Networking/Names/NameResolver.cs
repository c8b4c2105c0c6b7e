using System.Net;
using System.Net.Sockets;

namespace Gantry.Networking.Names;

/// <summary>Answers a container's questions from the networks it is on, or says that they are not ours.</summary>
/// <param name="attachments">The container's endpoints now.</param>
internal sealed class NameResolver(Func<IReadOnlyList<Attachment>> attachments)
{
    private const string ReverseZone = ".in-addr.arpa";
    private const string ReverseZone6 = ".ip6.arpa";

    /// <summary>A container on internal networks alone has no way out, not by name server either (as Docker, CVE-2024-29018).</summary>
    internal bool MayAskUpstream => attachments().Any(attachment => !attachment.Network.Internal);

    /// <summary>Null: the name is not a container's.</summary>
    /// <param name="limit">Bytes the transport takes.</param>
    internal byte[]? TryAnswer(DnsQuery query, int limit)
    {
        if (query.Class != DnsType.IN)
        {
            return null;
        }

        if (query.Type == DnsType.PTR && ReadReverse(query.Name) is { } asked)
        {
            return FindPointer(asked) is { } name ? DnsResponse.Pointer(query, name) : null;
        }

        // Any other type of a name we know has no records: that AAAA of an IPv4 container is empty, and not an error, keeps A
        // answers alive in resolvers that ask both.
        return FindAddresses(query.Name) is { } addresses
            ? DnsResponse.Addresses(query, OfType(addresses, query.Type), limit)
            : null;
    }

    private static IReadOnlyList<IPAddress> OfType(IReadOnlyList<IPAddress> addresses, ushort type) => type switch
    {
        DnsType.A => [.. addresses.Where(address => address.AddressFamily == AddressFamily.InterNetwork)],
        DnsType.AAAA => [.. addresses.Where(address => address.AddressFamily == AddressFamily.InterNetworkV6)],
        _ => [],
    };

    private IReadOnlyList<IPAddress>? FindAddresses(string name)
    {
        var current = attachments();
        foreach (var attachment in current)
        {
            if (attachment.FindLink(name) is { } target && Search(current, target) is { } linked)
            {
                return linked;
            }
        }

        return Search(current, name);
    }

    private static IReadOnlyList<IPAddress>? Search(IReadOnlyList<Attachment> attachments, string name)
    {
        foreach (var attachment in attachments)
        {
            if (!attachment.Network.NameResolution)
            {
                continue;
            }

            var suffix = "." + attachment.Network.Name;
            if ((attachment.Segment.Names.FindAddresses(name)
                ?? (name.EndsWith(suffix, StringComparison.OrdinalIgnoreCase)
                    ? attachment.Segment.Names.FindAddresses(name[..^suffix.Length])
                    : null)) is { } addresses)
            {
                return addresses;
            }
        }

        return null;
    }

    /// <summary>RFC 1035 3.5 by octets, RFC 3596 2.5 by hex digits; the last comes first.</summary>
    private static IPAddress? ReadReverse(string name)
    {
        if (name.EndsWith(ReverseZone, StringComparison.Ordinal))
        {
            return name[..^ReverseZone.Length].Split('.') is { Length: 4 } octets && IPAddress.TryParse(string.Join('.', octets.Reverse()), out var address) ? address : null;
        }

        return name.EndsWith(ReverseZone6, StringComparison.Ordinal)
            && name[..^ReverseZone6.Length].Split('.') is { Length: 32 } digits && digits.All(digit => digit.Length == 1 && char.IsAsciiHexDigit(digit[0]))
            ? new IPAddress(Convert.FromHexString(string.Concat(digits.Reverse())))
            : null;
    }

    private string? FindPointer(IPAddress address)
    {
        return attachments()
            .Where(attachment => attachment.Network.NameResolution)
            .Select(attachment => attachment.Segment.Names.FindName(address) is { } name ? $"{name}.{attachment.Network.Name}" : null)
            .FirstOrDefault(name => name is not null);
    }
}
