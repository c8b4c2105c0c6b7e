using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;

namespace Gantry.Core;

/// <summary>The user and password that an URL may carry: used, and never shown.</summary>
public static partial class UrlCredentials
{
    /// <summary>The text with what stands before the @ of each URL in it made unreadable, as BuildKit does: <c>https://xxxxx:xxxxx@host/</c>.</summary>
    public static string Redact(string text) => text.Contains('@') ? InText.Replace(text, static found => found.Value.Contains(':') ? "xxxxx:xxxxx@" : "xxxxx@") : text;

    /// <summary>What to send to a server for them, as Go's net/http does; null where there are none.</summary>
    public static AuthenticationHeaderValue? HeaderOf(Uri address) => address.UserInfo is { Length: > 0 } given
        ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Join(':', (given.Contains(':') ? given : given + ':').Split(':', 2).Select(Uri.UnescapeDataString)))))
        : null;

    // Everything up to the last @ of what can be an authority (RFC 3986, 3.2): a password may hold an @ that somebody did not escape.
    [GeneratedRegex("""(?<=[A-Za-z][A-Za-z0-9+.-]*://)[^/?#\s'"<>]*@""")]
    private static partial Regex InText { get; }
}
