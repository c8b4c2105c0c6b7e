using Gantry.Compose.Loading;

namespace Gantry.Compose.Model;

/// <summary>Reads a service's <c>build</c>.</summary>
internal static class BuildReader
{
    public static BuildDefinition Read(MapNode node, IReadOnlyDictionary<string, FileResource> secrets) => new()
    {
        Context = node["context"].Text ?? ".",
        Dockerfile = node["dockerfile"].Text,
        DockerfileInline = node["dockerfile_inline"].Text,
        Arguments = node["args"].Options ?? [],
        Target = node["target"].Text,
        AdditionalContexts = node["additional_contexts"].Options ?? [],
        Secrets = [.. node["secrets"].Items.Select(item => Secret(item, secrets))],
        Labels = node["labels"].Options ?? [],
        Tags = node["tags"].Texts,
        Platforms = node["platforms"].Texts,
        Network = node["network"].Text,
        ExtraHosts = node["extra_hosts"].Texts,
        ShmSize = node["shm_size"].Number,
        NoCache = node["no_cache"].IsTrue,
        Pull = node["pull"].IsTrue,
        TrustHostCa = node["x-trust-host-ca"].IsTrue,
    };

    private static BuildSecret Secret(Node node, IReadOnlyDictionary<string, FileResource> secrets)
    {
        var source = node.Get("source").Text ?? "";
        var secret = secrets.GetValueOrDefault(source) ?? throw Core.GantryException.Invalid($"build refers to undefined secret {source}: invalid compose project");
        return new BuildSecret(node.Get("target").Text ?? source, secret.File, secret.Content);
    }
}
