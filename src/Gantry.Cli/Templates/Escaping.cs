using System.Text;

namespace Gantry.Cli.Templates;

/// <summary>The escapers of text/template: html, js and urlquery.</summary>
internal static class Escaping
{
    public static string Html(string text) =>
        text.Replace("&", "&amp;").Replace("'", "&#39;").Replace("<", "&lt;").Replace(">", "&gt;").Replace("\"", "&#34;").Replace("\0", "\uFFFD");

    public static string JavaScript(string text)
    {
        var result = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            result.Append(rune.Value switch
            {
                '\\' => "\\\\",
                '\'' => "\\'",
                '"' => "\\\"",
                '<' => "\\u003C",
                '>' => "\\u003E",
                '&' => "\\u0026",
                '=' => "\\u003D",
                < ' ' => $"\\u{rune.Value:X4}",
                _ => rune.ToString(),
            });
        }

        return result.ToString();
    }

    public static string Query(string text) => string.Concat(Encoding.UTF8.GetBytes(text).Select(b =>
        char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'_' or (byte)'.' or (byte)'~' ? ((char)b).ToString() : b == ' ' ? "+" : $"%{b:X2}"));
}
