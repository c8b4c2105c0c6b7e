using System.Globalization;
using System.Text;

namespace Gantry.Client.Http;

/// <summary>A query string in the making; what is null, false or empty is left out.</summary>
public sealed class Query
{
    private readonly StringBuilder text = new();

    public Query Add(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            text.Append(text.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        }

        return this;
    }

    public Query Add(string name, bool value) => value ? Add(name, "1") : this;

    public Query Add(string name, long? value) => Add(name, value?.ToString(CultureInfo.InvariantCulture));

    public Query Add(string name, Filters? filters) => filters is { IsEmpty: false } ? Add(name, filters.ToJson()) : this;

    public Query AddAll(string name, IEnumerable<string> values)
    {
        foreach (var value in values)
        {
            Add(name, value);
        }

        return this;
    }

    public override string ToString() => text.ToString();
}
