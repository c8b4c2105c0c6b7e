using System.Globalization;
using System.Net;
using Gantry.Core;

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

    /// <summary>Only translation of addresses is done; the other modes are refused, not ignored.</summary>
    /// <exception cref="GantryException">InvalidArgument, NotImplemented.</exception>
    public void CheckGatewayMode(string key)
    {
        if (Find(key) is { } mode and not "nat")
        {
            throw mode is "nat-unprotected" or "routed" or "isolated"
                ? new GantryException(ErrorKind.NotImplemented, $"gateway mode {mode} is not supported")
                : Bad(key, mode, $"unknown gateway mode {mode}");
        }
    }

    private static GantryException Bad(string key, string value, string reason) => GantryException.Invalid($"failed to parse {Prefix}{key} value: {value} ({reason})");
}
