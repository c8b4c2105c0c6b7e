using System.Net;

namespace Gantry.Networking.Names;

/// <summary>Answers a container's questions from the networks it is on, or says that they are not ours.</summary>
/// <param name="attachments">The container's endpoints now.</param>
internal sealed class NameResolver(Func<IReadOnlyList<Attachment>> attachments)
{
    private const string ReverseZone = ".in-addr.arpa";

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

        if (query.Type == DnsType.PTR && query.Name.EndsWith(ReverseZone, StringComparison.Ordinal))
        {
            return FindPointer(query.Name[..^ReverseZone.Length]) is { } name ? DnsResponse.Pointer(query, name) : null;
        }

        // Any other type of a name we know has no records: that AAAA is empty, and not an error, keeps A answers alive in
        // resolvers that ask both.
        return FindAddresses(query.Name) is { } addresses
            ? DnsResponse.Addresses(query, query.Type == DnsType.A ? addresses : [], limit)
            : null;
    }

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

    private string? FindPointer(string reversed)
    {
        if (reversed.Split('.') is not { Length: 4 } octets || !IPAddress.TryParse(string.Join('.', octets.Reverse()), out var address))
        {
            return null;
        }

        return attachments()
            .Where(attachment => attachment.Network.NameResolution)
            .Select(attachment => attachment.Segment.Names.FindName(address) is { } name ? $"{name}.{attachment.Network.Name}" : null)
            .FirstOrDefault(name => name is not null);
    }
}
