using System.Text.Json.Nodes;

namespace Gantry.Cli.Configuration;

/// <summary>The <c>proxies</c> of <c>config.json</c>: variables that containers and builds get unless they set them themselves.</summary>
internal static class ProxySettings
{
    private static readonly (string Setting, string Variable)[] Variables =
        [("httpProxy", "HTTP_PROXY"), ("httpsProxy", "HTTPS_PROXY"), ("noProxy", "NO_PROXY"), ("ftpProxy", "FTP_PROXY"), ("allProxy", "ALL_PROXY")];

    /// <summary>Those of the daemon at <paramref name="host"/>, else the default ones; in capitals and in small letters, without what <paramref name="given"/> has.</summary>
    /// <param name="given">Names, or <c>NAME=value</c>.</param>
    public static IEnumerable<KeyValuePair<string, string>> Of(ConfigFile config, string host, IEnumerable<string> given)
    {
        var names = given.Select(text => text.Split('=', 2)[0]).ToHashSet();
        var settings = config.Object("proxies");
        var proxies = settings?[host] as JsonObject ?? settings?["default"] as JsonObject ?? [];
        return Variables.Where(v => proxies[v.Setting] is JsonValue)
            .SelectMany(v => new[] { v.Variable, v.Variable.ToLowerInvariant() }.Select(name => KeyValuePair.Create(name, proxies[v.Setting]!.GetValue<string>())))
            .Where(v => v.Value.Length > 0 && !names.Contains(v.Key));
    }
}
