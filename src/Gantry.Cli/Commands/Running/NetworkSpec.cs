using System.Globalization;
using Gantry.Api.Networks;

namespace Gantry.Cli.Commands.Running;

/// <summary>What a network of a container may carry beside its name.</summary>
internal sealed record NetworkSpec(string Name)
{
    public List<string> Aliases { get; init; } = [];

    public List<string> Links { get; init; } = [];

    public List<string> LinkLocal { get; init; } = [];

    public Dictionary<string, string> DriverOptions { get; init; } = [];

    public string? IPv4 { get; set; }

    public string? IPv6 { get; set; }

    public string? MacAddress { get; set; }

    public int Priority { get; set; }

    public bool IsUserDefined => Name is not ("default" or "bridge" or "host" or "none") && !Name.StartsWith("container:", StringComparison.Ordinal);

    /// <summary>Null when nothing but the name was given.</summary>
    public EndpointSettings? Settings => Aliases.Count + Links.Count + LinkLocal.Count + DriverOptions.Count + Priority == 0 && IPv4 is null && IPv6 is null && MacAddress is null
        ? null
        : new EndpointSettings
        {
            Aliases = Aliases.Count > 0 ? Aliases : null,
            Links = Links.Count > 0 ? Links : null,
            DriverOpts = DriverOptions.Count > 0 ? DriverOptions : null,
            MacAddress = MacAddress ?? "",
            GwPriority = Priority,
            IPAMConfig = IPv4 is null && IPv6 is null && LinkLocal.Count == 0 ? null : new EndpointIpamConfig { IPv4Address = IPv4, IPv6Address = IPv6, LinkLocalIPs = LinkLocal.Count > 0 ? LinkLocal : null },
        };

    /// <summary>A bare name, or <c>name=web,alias=www,ip=10.0.0.5,driver-opt=key=value</c>.</summary>
    /// <exception cref="FormatException">In docker's words.</exception>
    public static NetworkSpec Parse(string text)
    {
        if (!text.Contains('='))
        {
            return new NetworkSpec(text);
        }

        var fields = Csv.Split(text).Select(f => (Field: f, Sign: f.IndexOf('='))).ToList();
        if (fields.Find(f => f.Sign < 0) is { Field: { } bad })
        {
            throw new FormatException($"invalid field {bad}");
        }

        var pairs = fields.Select(f => (Key: f.Field[..f.Sign].Trim().ToLowerInvariant(), Value: f.Field[(f.Sign + 1)..].Trim())).ToList();
        var spec = new NetworkSpec(pairs.Find(p => p.Key == "name").Value ?? throw new FormatException("network name/id is not specified"));
        foreach (var (key, value) in pairs)
        {
            switch (key)
            {
                case "name":
                    break;
                case "alias":
                    spec.Aliases.Add(value);
                    break;
                case "ip":
                    spec.IPv4 = value;
                    break;
                case "ip6":
                    spec.IPv6 = value;
                    break;
                case "mac-address":
                    spec.MacAddress = value;
                    break;
                case "link-local-ip":
                    spec.LinkLocal.Add(value);
                    break;
                case "driver-opt":
                    var equals = value.IndexOf('=');
                    spec.DriverOptions[equals < 0 ? throw new FormatException($"invalid key value pair format in driver options") : value[..equals].Trim().ToLowerInvariant()] = value[(equals + 1)..].Trim();
                    break;
                case "gw-priority":
                    spec.Priority = int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var priority) ? priority : throw new FormatException($"invalid gw-priority: {value}");
                    break;
                default:
                    throw new FormatException($"invalid field key {key}");
            }
        }

        return spec;
    }
}
