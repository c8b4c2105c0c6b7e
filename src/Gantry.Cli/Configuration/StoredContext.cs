using System.Text.Json.Nodes;

namespace Gantry.Cli.Configuration;

/// <summary>A context's document: <c>{"Name":"","Metadata":{"Description":""},"Endpoints":{"docker":{"Host":"","SkipTLSVerify":false}}}</c>.</summary>
internal sealed record StoredContext(JsonObject Document)
{
    public string Name => Text(Document[nameof(Name)]);

    public string Description => Text(Document["Metadata"]?[nameof(Description)]);

    /// <summary>Null where the context has no docker endpoint.</summary>
    public JsonObject? Docker => Document["Endpoints"]?["docker"] as JsonObject;

    public string Host => Text(Docker?[nameof(Host)]);

    public bool SkipTlsVerify => Docker?["SkipTLSVerify"] is JsonValue value && value.TryGetValue<bool>(out var skip) && skip;

    public static StoredContext Create(string name, string description, string host, bool skipTlsVerify) => new(new JsonObject
    {
        [nameof(Name)] = name,
        ["Metadata"] = description.Length > 0 ? new JsonObject { [nameof(Description)] = description } : [],
        ["Endpoints"] = new JsonObject { ["docker"] = Endpoint(host, skipTlsVerify) },
    });

    public StoredContext Named(string name) => Changed(document => document[nameof(Name)] = name);

    public StoredContext Described(string description) => Changed(document =>
    {
        var metadata = document["Metadata"] as JsonObject ?? [];
        metadata[nameof(Description)] = description;
        document["Metadata"] = metadata.DeepClone();
    });

    public StoredContext At(string host, bool skipTlsVerify) => Changed(document =>
    {
        var endpoints = document["Endpoints"] as JsonObject ?? [];
        endpoints["docker"] = Endpoint(host, skipTlsVerify);
        document["Endpoints"] = endpoints.DeepClone();
    });

    private static JsonObject Endpoint(string host, bool skipTlsVerify) =>
        host.Length > 0 ? new JsonObject { [nameof(Host)] = host, ["SkipTLSVerify"] = skipTlsVerify } : new JsonObject { ["SkipTLSVerify"] = skipTlsVerify };

    private StoredContext Changed(Action<JsonObject> change)
    {
        var copy = (JsonObject)Document.DeepClone();
        change(copy);
        return new StoredContext(copy);
    }

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}
