using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Api.System;

namespace Gantry.Cli.Configuration;

/// <summary>The user's <c>~/.docker/config.json</c>: credentials, formats, detach keys. What it does not know is kept.</summary>
internal sealed class ConfigFile
{
    /// <summary>Docker Hub's key, historical.</summary>
    public const string DockerHub = "https://index.docker.io/v1/";

    private readonly string path;
    private readonly JsonObject root;

    private ConfigFile(string path, JsonObject root)
    {
        this.path = path;
        this.root = root;
    }

    /// <summary>Where it lies, and the user's plugins and manifests beside it.</summary>
    public string Folder => Path.GetDirectoryName(path)!;

    public string? DetachKeys => Text("detachKeys");

    /// <summary><paramref name="directory"/>, else <c>DOCKER_CONFIG</c>, else <c>~/.docker</c>.</summary>
    public static string FolderOf(string? directory) => directory ?? (Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } configured
        ? configured
        : Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/root", ".docker"));

    public static ConfigFile Load(string? directory, TextWriter warnings)
    {
        var path = Path.Combine(FolderOf(directory), "config.json");
        try
        {
            var root = File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path)) as JsonObject : null;
            return new ConfigFile(path, root ?? []);
        }
        catch (JsonException e)
        {
            // Docker goes on without it, too.
            warnings.WriteLine($"WARNING: Error parsing config file ({path}): no JSON at line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}");
            return new ConfigFile(path, []);
        }
    }

    /// <summary>A string setting, such as <c>psFormat</c>.</summary>
    public string? Text(string name) => (root[name] as JsonValue)?.GetValue<string>();

    /// <summary>A list of strings, such as <c>pruneFilters</c>; empty when it is not there.</summary>
    public IReadOnlyList<string> Texts(string name) => root[name] is JsonArray items ? [.. items.OfType<JsonValue>().Select(i => i.GetValue<string>())] : [];

    /// <summary>A setting that is an object, such as <c>proxies</c>; null when it is not there.</summary>
    public JsonObject? Object(string name) => root[name] as JsonObject;

    /// <summary>A map of strings, such as <c>aliases</c>; empty when it is not there.</summary>
    public IReadOnlyDictionary<string, string> Map(string name) => root[name] is JsonObject items
        ? items.Where(i => i.Value is JsonValue).ToDictionary(i => i.Key, i => i.Value!.GetValue<string>())
        : new Dictionary<string, string>();

    /// <summary>Credentials of a registry, by its host or Docker Hub's key; null when there are none.</summary>
    public AuthConfig? Credentials(string registry) => HelperFor(registry)?.Find(registry) ?? InFile(registry);

    /// <summary>All stored credentials, for builds.</summary>
    public IReadOnlyDictionary<string, AuthConfig> AllCredentials()
    {
        var found = new Dictionary<string, AuthConfig>();
        foreach (var (key, value) in root["auths"] as JsonObject ?? [])
        {
            if (value is JsonObject { Count: > 0 } entry)
            {
                found[key] = Read(entry, key);
            }
        }

        var helped = (root["credHelpers"] as JsonObject ?? []).Select(helper => helper.Key);
        foreach (var key in helped.Concat(Text("credsStore") is { Length: > 0 } store ? new CredentialHelper(store).List() : []))
        {
            if (HelperFor(key)?.Find(key) is { } auth)
            {
                found[key] = auth;
            }
        }

        return found;
    }

    /// <summary>Into the registry's credential helper where one is configured, else into the file.</summary>
    /// <returns>The file's path when the secret now lies in it as it is.</returns>
    public string? Store(string registry, AuthConfig auth)
    {
        if (HelperFor(registry) is { } helper)
        {
            helper.Store(registry, auth);
            StoreInFile(registry, []);
            return null;
        }

        var entry = new JsonObject { ["auth"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{auth.Username}:{auth.Password}")) };
        if (auth.IdentityToken is { Length: > 0 } token)
        {
            // The token is instead of the password.
            entry["auth"] = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{auth.Username}:"));
            entry["identitytoken"] = token;
        }

        StoreInFile(registry, entry);
        return path;
    }

    /// <param name="name">Null is the default context.</param>
    public void SetCurrentContext(string? name)
    {
        if (name is not null)
        {
            root["currentContext"] = name;
            Save();
        }
        else if (root.Remove("currentContext"))
        {
            Save();
        }
    }

    /// <summary>Whether there was anything to forget.</summary>
    public bool Erase(string registry)
    {
        HelperFor(registry)?.Erase(registry);
        var erased = root["auths"] is JsonObject all && all.Remove(registry);
        if (erased)
        {
            Save();
        }

        return erased;
    }

    /// <summary>The key under which an image's registry keeps its credentials.</summary>
    public static string KeyFor(string domain) => domain is "docker.io" or "index.docker.io" ? DockerHub : domain;

    private AuthConfig? InFile(string registry)
    {
        if (root["auths"] is not JsonObject all)
        {
            return null;
        }

        foreach (var (key, value) in all)
        {
            if (value is JsonObject entry && HostOf(key) == HostOf(registry))
            {
                return Read(entry, key);
            }
        }

        return null;
    }

    private void StoreInFile(string registry, JsonObject entry)
    {
        if (root["auths"] is not JsonObject all)
        {
            root["auths"] = all = [];
        }

        all[registry] = entry;
        Save();
    }

    private CredentialHelper? HelperFor(string registry) =>
        (root["credHelpers"]?[registry]?.GetValue<string>() ?? Text("credsStore")) is { Length: > 0 } name ? new CredentialHelper(name) : null;

    private static AuthConfig Read(JsonObject entry, string key)
    {
        var decoded = entry["auth"]?.GetValue<string>() is { Length: > 0 } auth ? Encoding.UTF8.GetString(Convert.FromBase64String(auth)).TrimEnd('\0') : null;
        var colon = decoded?.IndexOf(':') ?? -1;
        return new AuthConfig
        {
            Username = colon < 0 ? entry["username"]?.GetValue<string>() : decoded![..colon],
            Password = colon < 0 ? entry["password"]?.GetValue<string>() : decoded![(colon + 1)..],
            IdentityToken = entry["identitytoken"]?.GetValue<string>(),
            ServerAddress = key,
        };
    }

    private static string HostOf(string registry)
    {
        var rest = registry.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? registry[(scheme + 3)..] : registry;
        var slash = rest.IndexOf('/');
        return slash < 0 ? rest : rest[..slash];
    }

    // Replaced whole, so that a reader never sees half a file, and readable by its owner only.
    private void Save()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var temporary = path + "." + Environment.ProcessId;
        using (var file = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite }))
        using (var writer = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true, IndentCharacter = '\t', IndentSize = 1 }))
        {
            root.WriteTo(writer);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
