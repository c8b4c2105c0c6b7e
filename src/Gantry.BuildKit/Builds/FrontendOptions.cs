using System.Globalization;
using Gantry.Build;
using Gantry.Core;

namespace Gantry.BuildKit.Builds;

/// <summary>The Dockerfile frontend's attributes: <c>build-arg:X</c>, <c>label:X</c>, <c>context:X</c>, <c>target</c> and so on.</summary>
internal sealed class FrontendOptions(IReadOnlyDictionary<string, string> attributes)
{
    public string FileName => Text("filename") ?? "Dockerfile";

    /// <summary>The session's name for the directory with the Dockerfile.</summary>
    public string DefinitionName => Text("dockerfilekey") ?? "dockerfile";

    /// <summary>The session's name for the context.</summary>
    public string ContextName => Text("contextkey") ?? (Text("context") is { } context && context.StartsWith("local:", StringComparison.Ordinal) ? context["local:".Length..] : "context");

    /// <summary>Names and what they stand for: <c>local:NAME</c> or <c>docker-image://REF</c>.</summary>
    public IEnumerable<KeyValuePair<string, string>> NamedContexts => Prefixed("context:");

    /// <exception cref="GantryException">NotImplemented for what this builder has not.</exception>
    public void Validate()
    {
        if (Text("requestid") is { } request)
        {
            throw Unsupported($"the frontend request {request} (--call)");
        }

        if (Text("context") is { } context && !context.StartsWith("local:", StringComparison.Ordinal))
        {
            throw Unsupported($"a build from a remote context ({UrlCredentials.Redact(context)}); use a directory");
        }

        foreach (var (name, value) in NamedContexts)
        {
            if (!value.StartsWith("local:", StringComparison.Ordinal) && !value.StartsWith("docker-image://", StringComparison.Ordinal))
            {
                throw Unsupported($"the named context {name}={value}; use a directory or docker-image://");
            }
        }

        if (Text("attest:sbom") is not null)
        {
            throw Unsupported("SBOM attestations");
        }

        if (Text("platform")?.Contains(',') == true)
        {
            throw Unsupported($"one build for several platforms ({Text("platform")})");
        }
    }

    public BuildRequest ToRequest(string contextDirectory, string dockerfile)
    {
        var arguments = Prefixed("build-arg:").ToDictionary(pair => pair.Key, pair => (string?)pair.Value);
        return new BuildRequest
        {
            ContextDirectory = contextDirectory,
            DockerfileText = dockerfile,
            ContextFiltered = true,
            Target = Text("target"),
            Arguments = arguments,
            Labels = Prefixed("label:").ToDictionary(),
            Platform = Text("platform") is { } platform ? ParsePlatform(platform) : null,
            // An empty value means every stage; a list of stages is taken for every stage too: never stale, only slower.
            NoCache = attributes.ContainsKey("no-cache"),
            Pull = Text("image-resolve-mode") == "pull",
            NetworkMode = Text("force-network-mode") ?? "default",
            ExtraHosts = [.. (Text("add-hosts") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Select(host => host.Replace('=', ':'))],
            ShmSize = long.TryParse(Text("shm-size"), NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : 0,
            SourceDateEpoch = long.TryParse(arguments.GetValueOrDefault("SOURCE_DATE_EPOCH"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
                ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null,
        };
    }

    private static GantryException Unsupported(string what) => new(ErrorKind.NotImplemented, $"Gantry does not implement {what}");

    private static Platform ParsePlatform(string text) =>
        Platform.TryParse(text, null, out var platform) ? platform : throw GantryException.Invalid($"\"{text}\" is an invalid platform");

    private string? Text(string name) => attributes.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    private IEnumerable<KeyValuePair<string, string>> Prefixed(string prefix) => attributes
        .Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal))
        .Select(pair => KeyValuePair.Create(pair.Key[prefix.Length..], pair.Value));
}
