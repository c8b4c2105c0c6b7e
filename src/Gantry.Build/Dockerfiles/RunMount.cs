using System.Globalization;
using System.Text;
using Gantry.Core;

namespace Gantry.Build.Dockerfiles;

/// <summary>How concurrent steps share a cache mount.</summary>
internal enum CacheSharing
{
    Shared,
    Private,
    Locked,
}

/// <summary>RUN --mount, read from <c>type=cache,target=/root/.cache,id=x</c> (a CSV line).</summary>
internal sealed record RunMount
{
    private static readonly string[] Types = ["bind", "cache", "tmpfs", "secret", "ssh"];

    private static readonly string[] Keys =
        ["type", "from", "source", "target", "readonly", "id", "sharing", "required", "size", "mode", "uid", "gid", "src", "dst", "destination", "ro", "rw", "readwrite", "env"];

    public string Type { get; init; } = "bind";

    public string? From { get; init; }

    public string Source { get; init; } = "";

    public string Target { get; init; } = "";

    public bool ReadOnly { get; init; }

    public string? Id { get; init; }

    public CacheSharing Sharing { get; init; }

    public bool Required { get; init; }

    public long Size { get; init; }

    public int? Mode { get; init; }

    public int? Uid { get; init; }

    public int? Gid { get; init; }

    /// <summary>The environment variable that carries the secret.</summary>
    public string? Env { get; init; }

    /// <summary>What can be said before variables are known: <c>from</c> takes none.</summary>
    public static void Validate(string text)
    {
        foreach (var field in Fields(text))
        {
            if (field.Split('=', 2) is [var key, var value] && key.Equals("from", StringComparison.OrdinalIgnoreCase) && value.IndexOf('$') is >= 0 and var at && at + 1 < value.Length)
            {
                throw new DockerfileException($"'{key}' doesn't support variable expansion, define alias stage instead");
            }
        }

        if (!text.Contains('$'))
        {
            Parse(text, word => word);
        }
    }

    /// <summary>The stage or image that a mount takes its files from, without expanding anything.</summary>
    public static string? SourceOf(string text) =>
        Fields(text).Select(field => field.Split('=', 2)).Where(parts => parts is [var key, _] && key.Equals("from", StringComparison.OrdinalIgnoreCase)).Select(parts => parts[1]).LastOrDefault();

    /// <exception cref="DockerfileException">In Docker's words.</exception>
    public static RunMount Parse(string text, Func<string, string> expand)
    {
        var mount = new RunMount();
        bool? readOnly = null;
        foreach (var field in Fields(text))
        {
            var equals = field.IndexOf('=');
            var key = (equals < 0 ? field : field[..equals]).ToLowerInvariant();
            var value = equals < 0 ? null : expand(field[(equals + 1)..]);
            if (key is "readonly" or "ro" or "readwrite" or "rw")
            {
                readOnly = Boolean(key, value ?? "true") == key is "readonly" or "ro";
                continue;
            }

            mount = mount.With(key, value, field);
        }

        mount = mount with { ReadOnly = readOnly ?? mount.Type is not ("cache" or "tmpfs") };
        mount.Check();
        return mount;
    }

    private RunMount With(string key, string? value, string field) => (key, value) switch
    {
        ("required", _) when Type is not ("secret" or "ssh") => throw new DockerfileException($"unexpected key '{key}' for mount type '{Type}'"),
        ("required", _) => this with { Required = Boolean(key, value ?? "true") },
        (_, null) => throw new DockerfileException($"invalid field '{field}' must be a key=value pair"),
        ("type", _) => this with { Type = Types.Contains(value.ToLowerInvariant()) ? value.ToLowerInvariant() : throw new DockerfileException($"unsupported mount type {GoText.Quote(value)}{Suggestion.For(value, Types)}") },
        ("from", _) => this with { From = value },
        ("source" or "src", _) => this with { Source = value },
        ("target" or "dst" or "destination", _) => this with { Target = value },
        ("size", _) when Type != "tmpfs" => throw new DockerfileException($"unexpected key '{key}' for mount type '{Type}'"),
        ("size", _) => this with { Size = ByteSize.TryParse(value, null, out var size) ? size.Bytes : throw new DockerfileException($"invalid value for {key}: {value}") },
        ("id", _) => this with { Id = value },
        ("sharing", _) => this with { Sharing = value.ToLowerInvariant() switch { "shared" => CacheSharing.Shared, "private" => CacheSharing.Private, "locked" => CacheSharing.Locked, _ => throw new DockerfileException($"unsupported sharing value {GoText.Quote(value)}{Suggestion.For(value, ["shared", "private", "locked"])}") } },
        ("mode", _) => this with { Mode = Octal(value) },
        ("uid", _) => this with { Uid = Id32(key, value) },
        ("gid", _) => this with { Gid = Id32(key, value) },
        ("env", _) => this with { Env = value },
        _ => throw new DockerfileException($"unexpected key '{key}' in '{field}'{Suggestion.For(key, Keys)}"),
    };

    private void Check()
    {
        if (Type is "bind" or "tmpfs" && (Mode ?? Uid ?? Gid) is not null)
        {
            throw new DockerfileException($"{(Mode is not null ? "mode" : Uid is not null ? "uid" : "gid")} not allowed for {GoText.Quote(Type)} type mounts");
        }

        if (Type == "secret" && From is not null)
        {
            throw new DockerfileException("secret mount should not have a from");
        }

        if (Type == "secret" && Source.Length == 0 && Target.Length == 0 && Id is null)
        {
            throw new DockerfileException("invalid secret mount. one of source, target required");
        }

        if (Type == "secret" && Source.Length > 0 && Id is not null)
        {
            throw new DockerfileException("both source and id can't be set");
        }

        if (Type is "bind" or "cache" or "tmpfs" && Target.Length == 0)
        {
            throw new DockerfileException($"invalid mount target {GoText.Quote(Target)}");
        }
    }

    // RFC 4180's quotes: "source=a,b" is one field.
    private static List<string> Fields(string text)
    {
        List<string> fields = [];
        var field = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"' when quoted && i + 1 < text.Length && text[i + 1] == '"':
                    field.Append(text[++i]);
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case ',' when !quoted:
                    fields.Add(field.ToString());
                    field.Clear();
                    break;
                default:
                    field.Append(text[i]);
                    break;
            }
        }

        fields.Add(field.ToString());
        return fields;
    }

    private static bool Boolean(string key, string value) => value switch
    {
        "1" or "t" or "T" or "TRUE" or "true" or "True" => true,
        "0" or "f" or "F" or "FALSE" or "false" or "False" => false,
        _ => throw new DockerfileException($"invalid value for {key}: {value}"),
    };

    private static int Octal(string value) =>
        value.Length is > 0 and <= 6 && value.All(c => c is >= '0' and <= '7') ? Convert.ToInt32(value, 8) : throw new DockerfileException($"invalid value {value} for mode");

    private static int Id32(string key, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : throw new DockerfileException($"invalid value {value} for {key}");
}
