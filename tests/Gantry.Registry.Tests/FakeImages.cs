using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Gantry.Core;
using Gantry.Images;
using ZstdSharp;

namespace Gantry.Registry.Tests;

/// <summary>Puts images into a <see cref="FakeRegistry"/>.</summary>
internal static class FakeImages
{
    /// <summary>Layers of one file each, that cannot be compressed. Returns the manifest's digest.</summary>
    public static string AddImage(this FakeRegistry registry, string repository, string? tag, int layers = 1, int size = 1000, string architecture = "amd64", bool zstd = false)
    {
        List<string> descriptors = [], diffIds = [];
        for (var index = 0; index < layers; index++)
        {
            var tar = Tar($"layer{index}", RandomNumberGenerator.GetBytes(size));
            var blob = Compress(tar, zstd);
            diffIds.Add($"\"{Digest.Of(tar)}\"");
            descriptors.Add(Descriptor(zstd ? MediaTypes.OciLayerZstd : MediaTypes.OciLayerGzip, registry.AddBlob(blob), blob.Length));
        }

        var config = Encoding.UTF8.GetBytes($$"""{"os":"linux","architecture":"{{architecture}}","config":{"Cmd":["sh"]},"rootfs":{"type":"layers","diff_ids":[{{string.Join(',', diffIds)}}] } }""");
        return registry.AddManifest(repository, tag, MediaTypes.OciManifest,
            $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","config":{{Descriptor(MediaTypes.OciConfig, registry.AddBlob(config), config.Length)}},"layers":[{{string.Join(',', descriptors)}}]}""");
    }

    public static string AddIndex(this FakeRegistry registry, string repository, string tag, params string[] architectures)
    {
        var children = architectures.Select(architecture =>
        {
            var digest = registry.AddImage(repository, null, architecture: architecture);
            var size = registry.Manifests[$"{repository}:{digest}"].Bytes.Length;
            return $$"""{"mediaType":"{{MediaTypes.OciManifest}}","digest":"{{digest}}","size":{{size}},"platform":{"os":"linux","architecture":"{{architecture}}" } }""";
        });
        return registry.AddManifest(repository, tag, MediaTypes.OciIndex, $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[{{string.Join(',', children)}}]}""");
    }

    private static string Descriptor(string mediaType, string digest, int size) => $$"""{"mediaType":"{{mediaType}}","digest":"{{digest}}","size":{{size}} }""";

    private static byte[] Tar(string name, byte[] content)
    {
        using var buffer = new MemoryStream();
        using (var writer = new TarWriter(buffer, leaveOpen: true))
        {
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        }

        return buffer.ToArray();
    }

    private static byte[] Compress(byte[] tar, bool zstd)
    {
        using var buffer = new MemoryStream();
        using (Stream compressor = zstd ? new CompressionStream(buffer, leaveOpen: true) : new GZipStream(buffer, CompressionLevel.Fastest, leaveOpen: true))
        {
            compressor.Write(tar);
        }

        return buffer.ToArray();
    }
}
