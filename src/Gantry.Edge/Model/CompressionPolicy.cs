using System.Collections.Immutable;

namespace Gantry.Edge.Model;

/// <summary>Which answers are worth compressing.</summary>
internal sealed record CompressionPolicy(long MinimumSize, ImmutableArray<string> Types)
{
    public bool Takes(string? contentType)
    {
        var type = contentType.AsSpan();
        var end = type.IndexOf(';');
        type = (end < 0 ? type : type[..end]).Trim();
        foreach (var pattern in Types)
        {
            if (pattern.EndsWith("/*", StringComparison.Ordinal)
                ? type.StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.OrdinalIgnoreCase)
                : type.Equals(pattern, StringComparison.OrdinalIgnoreCase))
            {
                // Events are to arrive as they happen.
                return !type.Equals("text/event-stream", StringComparison.OrdinalIgnoreCase);
            }
        }

        return false;
    }
}
