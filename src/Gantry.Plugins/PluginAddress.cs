using System.Text.Json;
using Gantry.Core;

namespace Gantry.Plugins;

/// <summary>Where a plugin listens: a socket's path, or an http URL.</summary>
internal sealed record PluginAddress(string? Socket, Uri Url)
{
    private static readonly Uri OverSocket = new("http://plugin/");

    internal static PluginAddress OfSocket(string path) => new(path, OverSocket);

    /// <summary>Null when no file says where this plugin is.</summary>
    /// <exception cref="GantryException">InvalidArgument: a file says it wrongly.</exception>
    internal static PluginAddress? Find(PluginOptions options, string name)
    {
        // A name is a file's name, never a path.
        if (name.Length == 0 || name is "." or ".." || name.Contains('/') || name.Contains('\0'))
        {
            return null;
        }

        var sockets = options.SocketDirectories.SelectMany(folder => new[] { Path.Combine(folder, name + ".sock"), Path.Combine(folder, name, name + ".sock") });
        if (sockets.FirstOrDefault(File.Exists) is { } socket)
        {
            return OfSocket(socket);
        }

        foreach (var file in options.SpecDirectories.SelectMany(folder => new[] { Path.Combine(folder, name), Path.Combine(folder, name, name) }))
        {
            if (File.Exists(file + ".spec"))
            {
                return Parse(File.ReadAllText(file + ".spec").Trim(), name);
            }

            if (File.Exists(file + ".json"))
            {
                return Parse(ReadJson(file + ".json"), name);
            }
        }

        return null;
    }

    /// <summary>The names for which there is a file.</summary>
    internal static IEnumerable<string> Names(PluginOptions options) =>
        options.SocketDirectories.SelectMany(folder => Files(folder, ".sock"))
            .Concat(options.SpecDirectories.SelectMany(folder => Files(folder, ".spec").Concat(Files(folder, ".json"))))
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);

    private static IEnumerable<string> Files(string folder, string extension) => !Directory.Exists(folder) ? []
        : Directory.EnumerateFileSystemEntries(folder)
            .Select(path => Directory.Exists(path) ? Path.Combine(path, Path.GetFileName(path) + extension) : path)
            .Where(path => path.EndsWith(extension, StringComparison.Ordinal) && File.Exists(path))
            .Select(path => Path.GetFileNameWithoutExtension(path));

    private static PluginAddress Parse(string text, string name)
    {
        if (text.StartsWith("unix://", StringComparison.Ordinal))
        {
            return OfSocket(text["unix://".Length..]);
        }

        var url = text.StartsWith("tcp://", StringComparison.Ordinal) ? "http" + text["tcp".Length..] : text;
        return Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme == "http"
            ? new PluginAddress(null, parsed)
            : throw GantryException.Invalid($"plugin \"{name}\": invalid address \"{text}\": only unix://, tcp:// and http:// are served");
    }

    private static string ReadJson(string file)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            return document.RootElement.TryGetProperty("TLSConfig", out var tls) && tls.ValueKind == JsonValueKind.Object && tls.EnumerateObject().Any()
                ? throw new GantryException(ErrorKind.NotImplemented, $"{file}: TLSConfig is not supported")
                : document.RootElement.GetProperty("Addr").GetString() ?? "";
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw GantryException.Invalid($"{file}: {error.Message}");
        }
    }
}
