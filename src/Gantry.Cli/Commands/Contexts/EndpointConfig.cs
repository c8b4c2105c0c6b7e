using Gantry.Cli.CommandLine;
using Gantry.Cli.Configuration;
using Gantry.Core;

namespace Gantry.Cli.Commands.Contexts;

/// <summary>What <c>--docker</c> says of an endpoint: host, the files of its TLS, or another context to take it from.</summary>
internal sealed record EndpointConfig(string Host, bool SkipTlsVerify, IReadOnlyDictionary<string, byte[]> Tls)
{
    public const string Help = """
        Docker endpoint config:

        NAME                DESCRIPTION
        from                Copy named context's Docker endpoint configuration
        host                Docker endpoint on which to connect
        ca                  Trust certs signed only by this CA
        cert                Path to TLS certificate file
        key                 Path to TLS key file
        skip-tls-verify     Skip TLS certificate validation
        """;

    /// <summary>Declares <c>--docker</c>: <c>KEY=VALUE[,KEY=VALUE...]</c>.</summary>
    public static ListOption Option(OptionTable options) => options.Checked("docker", '\0', "stringToString", "set the docker endpoint", text =>
    {
        foreach (var pair in text.Split(',').Where(pair => !pair.Contains('=')))
        {
            throw new FormatException($"{pair} must be formatted as key=value");
        }
    }, "[]");

    /// <exception cref="GantryException">An unknown key, a missing file or context: docker's words.</exception>
    public static EndpointConfig Read(CommandContext context, ListOption option)
    {
        try
        {
            var pairs = option.Values.SelectMany(text => text.Split(',')).Select(pair => pair.Split('=', 2)).GroupBy(pair => pair[0]).ToDictionary(same => same.Key, same => same.Last()[1]);
            foreach (var unknown in pairs.Keys.Where(key => key is not ("from" or "host" or "ca" or "cert" or "key" or "skip-tls-verify")).Order(StringComparer.Ordinal))
            {
                throw GantryException.Invalid($"unrecognized config key: {unknown}");
            }

            return pairs.GetValueOrDefault("from") is { Length: > 0 } other ? Of(context, other) : new EndpointConfig(pairs.GetValueOrDefault("host", ""), Skip(pairs.GetValueOrDefault("skip-tls-verify", "")), Files(pairs));
        }
        catch (Exception e) when (e is GantryException or IOException or UnauthorizedAccessException)
        {
            throw GantryException.Invalid($"unable to create docker endpoint config: {e.Message}");
        }
    }

    private static EndpointConfig Of(CommandContext context, string name)
    {
        var source = name == ContextStore.DefaultName ? context.Current.Default : context.Contexts.Get(name);
        return new EndpointConfig(source.Host, source.SkipTlsVerify, context.Contexts.Tls(name).GetValueOrDefault("docker") ?? new Dictionary<string, byte[]>());
    }

    private static Dictionary<string, byte[]> Files(Dictionary<string, string> pairs)
    {
        var files = new Dictionary<string, byte[]>();
        foreach (var name in new[] { "ca", "cert", "key" })
        {
            if (pairs.GetValueOrDefault(name) is { Length: > 0 } path)
            {
                files[name + ".pem"] = File.Exists(path) ? File.ReadAllBytes(path) : throw GantryException.Invalid($"open {path}: no such file or directory");
            }
        }

        return files;
    }

    private static bool Skip(string text) => text switch
    {
        "" => false,
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw GantryException.Invalid($"skip-tls-verify: parsing \"{text}\": invalid syntax"),
    };
}
