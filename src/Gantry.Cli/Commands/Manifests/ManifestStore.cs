using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Core;

namespace Gantry.Cli.Commands.Manifests;

/// <summary>Manifest lists in the making, where docker's CLI keeps them: <c>~/.docker/manifests/LIST/MANIFEST</c>, a JSON file each.</summary>
/// <param name="folder">The user's configuration folder.</param>
internal sealed class ManifestStore(string folder)
{
    /// <summary>The manifests of a list, ordered by their file's name; null when there is no such list.</summary>
    public IReadOnlyList<JsonObject>? Find(ImageReference list)
    {
        var path = PathOf(list);
        return Directory.Exists(path)
            ? [.. Directory.EnumerateFiles(path).Order(StringComparer.Ordinal).Select(file => JsonNode.Parse(File.ReadAllText(file))!.AsObject())]
            : null;
    }

    public JsonObject? Find(ImageReference list, ImageReference manifest)
    {
        var path = PathOf(list, manifest);
        return File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path))!.AsObject() : null;
    }

    public void Save(ImageReference list, ImageReference manifest, JsonObject document)
    {
        Directory.CreateDirectory(PathOf(list));
        using var file = File.Create(PathOf(list, manifest));
        using var writer = new Utf8JsonWriter(file);
        document.WriteTo(writer);
    }

    /// <summary>Whether there was one.</summary>
    public bool Remove(ImageReference list)
    {
        var path = PathOf(list);
        if (!Directory.Exists(path))
        {
            return false;
        }

        Directory.Delete(path, recursive: true);
        return true;
    }

    private string PathOf(ImageReference list) => Path.Combine(folder, "manifests", Safe(list));

    private string PathOf(ImageReference list, ImageReference manifest) => Path.Combine(PathOf(list), Safe(manifest));

    private static string Safe(ImageReference reference) => reference.ToString().Replace(':', '-').Replace('/', '_');
}
