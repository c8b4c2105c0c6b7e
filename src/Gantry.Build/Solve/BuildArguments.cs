using Gantry.Build.Dockerfiles;
using Gantry.Core;

namespace Gantry.Build.Solve;

/// <summary>Build arguments: given ones, the predefined platform ones, and the ARGs before the first FROM.</summary>
internal sealed class BuildArguments
{
    private static readonly string[] ProxyNames = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"];

    private readonly Dictionary<string, string> given = [];
    private readonly Dictionary<string, string> global = [];
    private readonly HashSet<string> used = [];
    private readonly Lock gate = new();

    private BuildArguments()
    {
    }

    public BuildArguments(BuildRequest request, Dockerfile dockerfile, Platform target)
    {
        foreach (var (name, value) in request.Arguments.Where(argument => argument.Value is not null))
        {
            given[name] = value!;
        }

        if (request.SourceDateEpoch is { } epoch)
        {
            given.TryAdd("SOURCE_DATE_EPOCH", epoch.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture));
        }

        AddPlatform("BUILD", Platform.Host);
        AddPlatform("TARGET", target);
        global["TARGETSTAGE"] = request.Target is { Length: > 0 } stage ? stage : "default";
        foreach (var name in global.Keys.ToArray())
        {
            global[name] = Given(name) ?? global[name];
        }

        var expander = new WordExpander(dockerfile.Escape);
        foreach (var (name, written) in dockerfile.GlobalArguments.SelectMany(argument => argument.Arguments))
        {
            var value = Given(name) ?? (written is null ? null : expander.Expand(written, Global));
            if (value is not null)
            {
                global[name] = value;
            }
        }
    }

    /// <summary>No arguments at all.</summary>
    public static BuildArguments None => new();

    /// <summary>Proxy variables are there in RUN steps without being declared, and never in a cache key or in the history.</summary>
    public IReadOnlyList<string> ProxyEnvironment =>
        [.. given.Where(argument => ProxyNames.Contains(argument.Key.ToUpperInvariant())).OrderBy(argument => argument.Key, StringComparer.Ordinal)
            .SelectMany(argument => new[] { argument.Key.ToUpperInvariant(), argument.Key.ToLowerInvariant() }.Select(name => $"{name}={argument.Value}")).Distinct()];

    /// <summary>What was given and no ARG asked for.</summary>
    public IReadOnlyList<string> Unused =>
        [.. given.Keys.Where(name => !used.Contains(name) && !ProxyNames.Contains(name.ToUpperInvariant()) && name != "SOURCE_DATE_EPOCH" && !name.StartsWith("BUILDKIT_", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    public string? Given(string name)
    {
        lock (gate)
        {
            used.Add(name);
        }

        return given.GetValueOrDefault(name);
    }

    /// <summary>For FROM lines, and for an ARG of a stage that has no value of its own.</summary>
    public string? Global(string name) => global.GetValueOrDefault(name);

    private void AddPlatform(string prefix, Platform platform)
    {
        global[prefix + "PLATFORM"] = platform.ToString();
        global[prefix + "OS"] = platform.Os;
        global[prefix + "OSVERSION"] = "";
        global[prefix + "ARCH"] = platform.Architecture;
        global[prefix + "VARIANT"] = platform.Variant ?? "";
    }
}
