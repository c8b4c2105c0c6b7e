using System.Globalization;
using System.Net;
using Gantry.Core;
using Gantry.Networking;

namespace Gantry.Engine.Networks;

/// <summary>Reads a network's driver options, <c>com.docker.network.*</c>, with Docker's errors.</summary>
internal sealed class NetworkOptions(IReadOnlyDictionary<string, string> options)
{
    private const string Prefix = "com.docker.network.";

    /// <summary>Null: not given.</summary>
    /// <param name="key">Behind the prefix.</param>
    public string? Find(string key) => options.GetValueOrDefault(Prefix + key) is { Length: > 0 } value ? value : null;

    /// <exception cref="GantryException">InvalidArgument.</exception>
    public bool Flag(string key, bool otherwise) => Find(key) switch
    {
        null => otherwise,
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        var bad => throw Bad(key, bad, $"strconv.ParseBool: parsing \"{bad}\": invalid syntax"),
    };

    /// <exception cref="GantryException">InvalidArgument.</exception>
    public int Number(string key, int otherwise) => Find(key) is not { } text ? otherwise
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
        : throw Bad(key, text, $"strconv.Atoi: parsing \"{text}\": invalid syntax");

    /// <exception cref="GantryException">InvalidArgument.</exception>
    public IPAddress Address(string key, IPAddress otherwise) => Find(key) is not { } text ? otherwise
        : IPAddress.TryParse(text, out var address) ? address
        : throw Bad(key, text, "nil ip");

    /// <exception cref="GantryException">InvalidArgument.</exception>
    public GatewayMode Mode(string key, bool isInternal) => Find(key) switch
    {
        null or "nat" => GatewayMode.Nat,
        "routed" => GatewayMode.Routed,
        "nat-unprotected" => GatewayMode.NatUnprotected,
        "isolated" => isInternal ? GatewayMode.Isolated : throw GantryException.Invalid("gateway mode 'isolated' can only be used for an internal network"),
        var bad => throw Bad(key, bad, $"unknown gateway mode {bad}"),
    };

    /// <summary>Names of interfaces between colons, as Docker.</summary>
    /// <exception cref="GantryException">InvalidArgument.</exception>
    public IReadOnlyList<string> Names(string key)
    {
        var names = Find(key)?.Split(':', StringSplitOptions.RemoveEmptyEntries) ?? [];
        return Array.Find(names, name => !InterfaceName.IsValid(name)) is { } bad ? throw Bad(key, bad, "invalid interface name") : names;
    }

    private static GantryException Bad(string key, string value, string reason) => GantryException.Invalid($"failed to parse {Prefix}{key} value: {value} ({reason})");
}
