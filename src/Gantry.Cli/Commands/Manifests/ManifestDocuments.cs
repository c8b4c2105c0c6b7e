using System.Text;
using System.Text.Json.Nodes;
using Gantry.Cli.Templates;
using Gantry.Images;

namespace Gantry.Cli.Commands.Manifests;

/// <summary>
/// A manifest as docker's CLI stores and shows it: <c>Ref</c>, its <c>Descriptor</c> with the platform, the manifest's bytes as <c>Raw</c>
/// (base64), and the manifest itself as <c>SchemaV2Manifest</c> or <c>OCIManifest</c>.
/// </summary>
internal static class ManifestDocuments
{
    public static JsonObject Describe(string reference, Descriptor descriptor, byte[] bytes, JsonObject platform) => new()
    {
        ["Ref"] = reference,
        ["Descriptor"] = new JsonObject { ["mediaType"] = descriptor.MediaType, ["digest"] = descriptor.Digest.ToString(), ["size"] = descriptor.Size, ["platform"] = platform },
        ["Raw"] = Convert.ToBase64String(bytes),
        [descriptor.MediaType == MediaTypes.OciManifest ? "OCIManifest" : "SchemaV2Manifest"] = JsonNode.Parse(bytes),
    };

    public static JsonObject PlatformOf(JsonObject manifest) => manifest["Descriptor"]!["platform"] as JsonObject ?? (JsonObject)(manifest["Descriptor"]!["platform"] = new JsonObject());

    public static byte[] RawOf(JsonObject manifest) => Convert.FromBase64String(manifest["Raw"]!.GetValue<string>());

    public static string MediaTypeOf(JsonObject manifest) => manifest["Descriptor"]!["mediaType"]!.GetValue<string>();

    /// <summary>The list that the manifests make, in docker's form; an OCI index when one of them is OCI's.</summary>
    public static (string MediaType, byte[] Bytes) List(IReadOnlyList<JsonObject> manifests)
    {
        var mediaType = manifests.Any(m => MediaTypeOf(m) == MediaTypes.OciManifest) ? MediaTypes.OciIndex : MediaTypes.DockerManifestList;
        var list = new JsonObject
        {
            ["schemaVersion"] = 2,
            ["mediaType"] = mediaType,
            ["manifests"] = new JsonArray([.. manifests.Select(m =>
            {
                var descriptor = m["Descriptor"]!;
                return new JsonObject
                {
                    ["mediaType"] = descriptor["mediaType"]!.DeepClone(),
                    ["size"] = descriptor["size"]!.DeepClone(),
                    ["digest"] = descriptor["digest"]!.DeepClone(),
                    ["platform"] = PlatformOf(m).DeepClone(),
                };
            })]),
        };
        return (mediaType, Encoding.UTF8.GetBytes(JsonText.Of(list, indent: 3)));
    }

    public static string Show(IReadOnlyList<JsonObject> manifests, bool verbose, bool asList = false) => (verbose, asList) switch
    {
        (true, false) => JsonText.Of(manifests[0], indent: 1, tabs: true),
        (true, true) => JsonText.Of(new JsonArray([.. manifests.Select(m => m.DeepClone())]), indent: 1, tabs: true),
        (false, false) => Indented(RawOf(manifests[0])),
        _ => Encoding.UTF8.GetString(List(manifests).Bytes),
    };

    /// <summary>An index of a registry in the form in which docker shows lists.</summary>
    public static string ShowIndex(byte[] bytes)
    {
        var index = JsonNode.Parse(bytes)!;
        var children = index["manifests"]!.AsArray().Select(child => new JsonObject
        {
            ["mediaType"] = child!["mediaType"]?.DeepClone(),
            ["size"] = child["size"]?.DeepClone(),
            ["digest"] = child["digest"]?.DeepClone(),
            ["platform"] = PlatformFrom(child["platform"]),
        });
        var list = new JsonObject { ["schemaVersion"] = 2, ["mediaType"] = index["mediaType"]?.DeepClone(), ["manifests"] = new JsonArray([.. children]) };
        return JsonText.Of(list, indent: 3);
    }

    /// <summary>The members of a platform that docker keeps, in its order.</summary>
    public static JsonObject PlatformFrom(JsonNode? item)
    {
        var platform = new JsonObject();
        foreach (var key in (string[])["architecture", "os", "os.version", "os.features", "variant"])
        {
            if (item?[key] is { } value)
            {
                platform[key] = value.DeepClone();
            }
        }

        return platform;
    }

    public static string Indented(byte[] bytes) => JsonText.Of(JsonNode.Parse(bytes), indent: 1, tabs: true);
}
