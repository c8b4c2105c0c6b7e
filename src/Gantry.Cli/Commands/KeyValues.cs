namespace Gantry.Cli.Commands;

/// <summary>Options of the form <c>name=value</c>; the value may be missing.</summary>
internal static class KeyValues
{
    public static Dictionary<string, string> Parse(IEnumerable<string> items)
    {
        var result = new Dictionary<string, string>();
        foreach (var item in items)
        {
            var equals = item.IndexOf('=');
            result[equals < 0 ? item : item[..equals]] = equals < 0 ? "" : item[(equals + 1)..];
        }

        return result;
    }
}
