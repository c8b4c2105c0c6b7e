using Gantry.Engine.Containers;

namespace Gantry.Daemon.Http;

/// <summary>The extra attributes of <c>docker logs --details</c>: what the log options <c>labels</c> and <c>env</c> name.</summary>
internal static class LogDetails
{
    public static string Of(Container container)
    {
        var options = container.Settings.Host.LogOptions;
        var pairs = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var label in Names(options, "labels"))
        {
            if (container.Settings.Labels.TryGetValue(label, out var value))
            {
                pairs[label] = value;
            }
        }

        foreach (var name in Names(options, "env"))
        {
            if (container.Settings.Env.FirstOrDefault(pair => pair.StartsWith(name + "=", StringComparison.Ordinal)) is { } pair)
            {
                pairs[name] = pair[(name.Length + 1)..];
            }
        }

        return string.Join(',', pairs.Select(pair => $"{pair.Key}={pair.Value}"));
    }

    private static string[] Names(IReadOnlyDictionary<string, string> options, string key) =>
        options.GetValueOrDefault(key)?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
}
