using Gantry.Core;
using Gantry.Networking;

namespace Gantry.Engine.Containers;

/// <summary>A port inside a container, written <c>80/tcp</c>.</summary>
internal readonly record struct ContainerPort(int Number, PortProtocol Protocol)
{
    /// <exception cref="GantryException">InvalidArgument.</exception>
    public static ContainerPort Parse(string text)
    {
        var slash = text.IndexOf('/');
        var protocol = slash < 0 ? "tcp" : text[(slash + 1)..].ToLowerInvariant();
        if (!int.TryParse(slash < 0 ? text : text[..slash], System.Globalization.NumberStyles.None, null, out var number) || number is < 1 or > 65535)
        {
            throw GantryException.Invalid($"invalid port specification: \"{(slash < 0 ? text : text[..slash])}\"");
        }

        return protocol switch
        {
            "tcp" => new ContainerPort(number, PortProtocol.Tcp),
            "udp" => new ContainerPort(number, PortProtocol.Udp),
            "sctp" => new ContainerPort(number, PortProtocol.Sctp),
            _ => throw GantryException.Invalid($"invalid port specification: \"{text}\": invalid proto: {protocol}"),
        };
    }

    /// <summary>Null for what is no port: images and clients may expose anything, and nothing comes of it.</summary>
    public static ContainerPort? TryParse(string text)
    {
        try
        {
            return Parse(text);
        }
        catch (GantryException)
        {
            return null;
        }
    }

    /// <summary>A host port: empty for a free one (0, 0), a number, or a range.</summary>
    public static (int First, int Last) ParseRange(string text)
    {
        if (text.Length == 0)
        {
            return (0, 0);
        }

        var parts = text.Split('-');
        return parts.Length <= 2 && int.TryParse(parts[0], out var first) && int.TryParse(parts[^1], out var last) && first is >= 0 and <= 65535 && last <= 65535 && first <= last
            ? (first, last)
            : throw GantryException.Invalid($"invalid port specification: \"{text}\"");
    }

    public override string ToString() => $"{Number}/{Protocol.ToString().ToLowerInvariant()}";
}
