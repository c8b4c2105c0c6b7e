using System.Net;
using System.Net.Sockets;
using Gantry.Core;

namespace Gantry.Engine.Volumes;

/// <summary>Options of the local driver: what is mounted on a volume's folder while it is used. The words are Docker's.</summary>
/// <param name="Type">A filesystem's type: <c>tmpfs</c>, <c>nfs</c>, <c>none</c> with the option <c>bind</c>.</param>
/// <param name="Options">As mount(8) takes them after -o.</param>
internal sealed record LocalVolumeOptions(string Type, string Device, string Options)
{
    private static readonly string[] Known = ["type", "o", "device", "size"];

    /// <summary>Null: a plain folder.</summary>
    /// <exception cref="GantryException">InvalidArgument.</exception>
    public static LocalVolumeOptions? Parse(IReadOnlyDictionary<string, string>? options)
    {
        if (options is null)
        {
            return null;
        }

        if (options.Keys.FirstOrDefault(key => !Known.Contains(key)) is { } unknown)
        {
            throw GantryException.Invalid($"invalid option: \"{unknown}\"");
        }

        // Project quotas are xfs's, and only where it is mounted with them.
        if (options.TryGetValue("size", out var size))
        {
            throw GantryException.Invalid(!ByteSize.TryParse(size, null, out var bytes) ? $"invalid size: '{size}'" : bytes.Bytes > 0 ? "quota size requested but no quota support" : $"invalid size: '{size}'");
        }

        foreach (var (option, required) in new[] { ("device", "type"), ("type", "device"), ("o", "device"), ("o", "type") })
        {
            if (options.ContainsKey(option) && !options.ContainsKey(required))
            {
                throw GantryException.Invalid($"missing required option: \"{required}\"");
            }
        }

        return options.GetValueOrDefault("type") is { Length: > 0 } || options.GetValueOrDefault("device") is { Length: > 0 }
            ? new LocalVolumeOptions(options.GetValueOrDefault("type") ?? "", options.GetValueOrDefault("device") ?? "", options.GetValueOrDefault("o") ?? "")
            : null;
    }

    /// <summary>The kernel takes addresses, where people write names: nfs's <c>addr=</c>, and the host of a cifs share.</summary>
    /// <exception cref="GantryException">Internal, <c>error resolving passed in network volume address: ...</c>.</exception>
    public async Task<LocalVolumeOptions> ResolveAsync(CancellationToken cancellationToken)
    {
        if (Type is not ("nfs" or "cifs"))
        {
            return this;
        }

        if (Options.Split(',').FirstOrDefault(option => option.StartsWith("addr=", StringComparison.Ordinal))?["addr=".Length..] is { Length: > 0 } name)
        {
            return IPAddress.TryParse(name, out _) ? this
                : this with { Options = Options.Replace($"addr={name}", $"addr={await LookUpAsync(name, cancellationToken)}", StringComparison.Ordinal) };
        }

        if (Type == "cifs" && Device.StartsWith("//", StringComparison.Ordinal) && Device[2..].Split('/')[0] is { Length: > 0 } host && !IPAddress.TryParse(host, out _))
        {
            return this with { Device = $"//{await LookUpAsync(host, cancellationToken)}{Device[(2 + host.Length)..]}" };
        }

        return this;
    }

    /// <summary>Without what nobody is to read in a message.</summary>
    public string Censor(string text) =>
        Options.Split(',').FirstOrDefault(option => option.StartsWith("password=", StringComparison.Ordinal)) is { Length: > 9 } password
            ? text.Replace(password, "password=********", StringComparison.Ordinal)
            : text;

    private static async Task<IPAddress> LookUpAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(name, cancellationToken);
            return addresses.FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork) ?? addresses[0];
        }
        catch (SocketException error)
        {
            throw new GantryException(ErrorKind.Internal, $"error resolving passed in network volume address: lookup {name}: {error.Message}", error);
        }
    }
}
