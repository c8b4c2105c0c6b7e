using System.Globalization;
using System.Text.Json;
using Gantry.Build.Cache;
using Gantry.Core;
using Gantry.Engine.Builds;

namespace Gantry.Daemon.Hosting.Configuration;

/// <summary>daemon.json's <c>builder.gc</c>: <c>enabled</c>, what is to be kept by default, and a policy of one's own.</summary>
internal static class BuilderCollection
{
    private static readonly TimeSpan Soon = TimeSpan.FromHours(48);

    private static readonly TimeSpan Late = TimeSpan.FromDays(60);

    /// <exception cref="FormatException">An unknown member, a size or a filter that is none.</exception>
    public static IReadOnlyList<CachePolicy> Read(string text)
    {
        using var document = JsonDocument.Parse(text);
        IReadOnlyList<CachePolicy> policies = [];
        foreach (var member in document.RootElement.EnumerateObject())
        {
            policies = member.Name.ToLowerInvariant() switch
            {
                "gc" => Collection(member.Value),
                "entitlements" or "history" => policies,
                _ => throw new FormatException($"builder.{member.Name} is unknown"),
            };
        }

        return policies;
    }

    private static IReadOnlyList<CachePolicy> Collection(JsonElement json)
    {
        var (enabled, defaults) = (true, new CachePrune());
        JsonElement? own = null;
        foreach (var member in json.EnumerateObject())
        {
            switch (member.Name.ToLowerInvariant())
            {
                case "enabled":
                    enabled = member.Value.GetBoolean();
                    break;
                case "policy":
                    own = member.Value;
                    break;
                case var name:
                    defaults = name.StartsWith("default", StringComparison.Ordinal) && Limit(defaults, name["default".Length..], member.Value) is { } changed ? changed
                        : throw new FormatException($"builder.gc.{member.Name} is unknown");
                    break;
            }
        }

        return !enabled ? [] : own is { ValueKind: JsonValueKind.Array } policy && policy.GetArrayLength() > 0 ? [.. policy.EnumerateArray().Select(Policy)] : Default(defaults);
    }

    // BuildKit's: what is cheap to have again goes first, then what was not needed for long, then what is too much.
    private static IReadOnlyList<CachePolicy> Default(CachePrune limits) =>
        limits == new CachePrune() ? [] :
        [
            new CachePolicy(new CachePrune { Filters = new Dictionary<string, string> { ["type"] = "source.local,exec.cachemount,source.git.checkout" }, MaxUsedSpace = 512 << 20 }, Soon),
            new CachePolicy(limits, Late),
            new CachePolicy(limits, TimeSpan.Zero),
            new CachePolicy(limits with { All = true }, TimeSpan.Zero),
        ];

    private static CachePolicy Policy(JsonElement json)
    {
        var policy = new CachePolicy(new CachePrune(), TimeSpan.Zero);
        foreach (var member in json.EnumerateObject())
        {
            policy = member.Name.ToLowerInvariant() switch
            {
                "all" => policy with { Prune = policy.Prune with { All = member.Value.GetBoolean() } },
                "filter" => member.Value.EnumerateArray().Aggregate(policy, (current, filter) => Filtered(current, filter.GetString() ?? "")),
                "keepduration" => policy with { UnusedFor = GoDuration.Parse(member.Value.GetString() ?? "") },
                var name => policy with { Prune = Limit(policy.Prune, name, member.Value) ?? throw new FormatException($"builder.gc.policy.{member.Name} is unknown") },
            };
        }

        return policy;
    }

    // "unused-for=2200h", or "type=exec.cachemount".
    private static CachePolicy Filtered(CachePolicy policy, string filter) => filter.Split(["==", "="], 2, StringSplitOptions.None) switch
    {
        ["unused-for" or "until", var age] => policy with { UnusedFor = GoDuration.Parse(age) },
        [var name, .. var value] when CachePrune.Fields.Contains(name) =>
            policy with { Prune = policy.Prune with { Filters = new Dictionary<string, string>(policy.Prune.Filters) { [name] = string.Concat(value) } } },
        _ => throw new FormatException($"invalid filter \"{filter}\" in builder.gc.policy"),
    };

    private static CachePrune? Limit(CachePrune prune, string name, JsonElement value) => name switch
    {
        "keepstorage" or "reservedspace" => prune with { ReservedSpace = Bytes(value) },
        "maxusedspace" => prune with { MaxUsedSpace = Bytes(value) },
        "minfreespace" => prune with { MinFreeSpace = Bytes(value) },
        _ => null,
    };

    private static long Bytes(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.Number ? value.GetInt64().ToString(CultureInfo.InvariantCulture) : value.GetString() ?? "";
        return ByteSize.TryParse(text, null, out var size) ? size.Bytes : throw new FormatException($"invalid size: '{text}'");
    }
}
