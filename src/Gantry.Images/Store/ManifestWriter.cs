namespace Gantry.Images;

/// <summary>Puts a config and an OCI manifest over it into the content store.</summary>
internal static class ManifestWriter
{
    public static Descriptor Write(ContentStore content, byte[] config, IReadOnlyList<Descriptor> layers)
    {
        var manifest = new OciManifest
        {
            MediaType = MediaTypes.OciManifest,
            Config = new Descriptor(MediaTypes.OciConfig, content.Write(config), config.Length).ToDocument(),
            Layers = [.. layers.Select(layer => layer.ToDocument())],
        };
        var bytes = OciJson.Write(manifest, OciJson.Manifest);
        return new Descriptor(MediaTypes.OciManifest, content.Write(bytes), bytes.Length);
    }
}
