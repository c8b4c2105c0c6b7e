using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace Gantry.Registry;

/// <summary>One <c>WWW-Authenticate</c> challenge: Basic, or Bearer with realm, service and scope (RFC 6750).</summary>
internal sealed partial record Challenge(string Scheme, IReadOnlyDictionary<string, string> Parameters)
{
    public bool IsBearer => Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) && Parameters.ContainsKey("realm");

    public bool IsBasic => Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase);

    public string? this[string name] => Parameters.GetValueOrDefault(name);

    public static IReadOnlyList<Challenge> Read(HttpResponseHeaders headers) => [.. headers.WwwAuthenticate.Select(Parse)];

    private static Challenge Parse(AuthenticationHeaderValue header)
    {
        var parameters = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (Match match in Parameter().Matches(header.Parameter ?? ""))
        {
            parameters[match.Groups["name"].Value] = match.Groups["quoted"].Success
                ? Escape().Replace(match.Groups["quoted"].Value, "$1")
                : match.Groups["token"].Value;
        }

        return new Challenge(header.Scheme, parameters);
    }

    [GeneratedRegex("""(?<name>[A-Za-z0-9_-]+)\s*=\s*("(?<quoted>(\\.|[^"\\])*)"|(?<token>[^\s,"]+))""")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Escape();
}
