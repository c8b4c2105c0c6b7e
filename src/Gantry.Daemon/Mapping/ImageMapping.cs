using Gantry.Api.Images;
using Gantry.Core;
using Gantry.Daemon.Http;
using Gantry.Images;
using Wire = Gantry.Api.Images;

namespace Gantry.Daemon.Mapping;

/// <summary>Images as list, inspect and history show them.</summary>
internal static class ImageMapping
{
    public static ImageSummary ToSummary(this Image image, int containers, ApiVersion version) => new()
    {
        Containers = containers,
        Created = image.Config.Created?.ToUnixTimeSeconds() ?? 0,
        Id = image.Id.ToString(),
        Labels = image.Config.Config.Labels.NullIfEmpty(),
        RepoDigests = VersionedShape.Digests(Digests(image), version),
        RepoTags = VersionedShape.Tags(Tags(image), version),
        Size = image.Size,
        VirtualSize = VersionedShape.VirtualSize(image, version),
        Descriptor = version.AtLeast(48) ? image.Target.ToWire() : null,
    };

    public static ImageInspectResponse ToInspect(this Image image, ApiVersion version) => VersionedShape.Inspect(image.ToInspect(VersionedShape.VirtualSize(image, version)), version);

    private static ImageInspectResponse ToInspect(this Image image, long virtualSize) => new()
    {
        Id = image.Id.ToString(),
        RepoTags = Tags(image),
        RepoDigests = Digests(image),
        Comment = image.Config.History.Count > 0 ? image.Config.History[^1].Comment ?? "" : "",
        Created = image.Config.Created is { } created ? Timestamp.Format(created) : null,
        Author = image.Config.Author ?? "",
        Config = image.Config.Config.ToWire(),
        Architecture = image.Config.Architecture,
        Variant = image.Config.Variant,
        Os = image.Config.Os,
        Size = image.Size,
        VirtualSize = virtualSize,
        GraphDriver = new() { Name = ContainerMapping.StorageDriver },
        RootFS = new RootFs { Type = "layers", Layers = [.. image.DiffIds.Select(id => id.ToString())] },
        Descriptor = image.Target.ToWire(),
    };

    /// <summary>Newest first. Only the top of it is an image of its own.</summary>
    /// <param name="layerSizes">Bytes of the unpacked layers, lowest first.</param>
    public static IReadOnlyList<ImageHistoryItem> ToHistory(this Image image, IReadOnlyList<long> layerSizes)
    {
        var items = new List<ImageHistoryItem>();
        var layer = 0;
        foreach (var entry in image.Config.History)
        {
            items.Add(new ImageHistoryItem
            {
                Id = "<missing>",
                Comment = entry.Comment ?? "",
                Created = entry.Created?.ToUnixTimeSeconds() ?? 0,
                CreatedBy = entry.CreatedBy ?? "",
                Size = entry.EmptyLayer || layer >= layerSizes.Count ? 0 : layerSizes[layer++],
            });
        }

        items.Reverse();
        if (items is [var top, ..])
        {
            top.Id = image.Id.ToString();
            top.Tags = Tags(image);
        }

        return items;
    }

    public static IReadOnlyList<ImageDeleteItem> ToWire(this RemovedImage removed) =>
    [
        .. removed.Untagged.Select(reference => new ImageDeleteItem { Untagged = reference.Familiar }),
        .. removed.Deleted.Select(digest => new ImageDeleteItem { Deleted = digest.ToString() }),
    ];

    private static Wire.ImageConfig ToWire(this ProcessDefaults config) => new()
    {
        User = config.User ?? "",
        ExposedPorts = config.ExposedPorts.ToSet(),
        Env = config.Env.NullIfEmpty(),
        Entrypoint = config.Entrypoint,
        Cmd = config.Cmd,
        Healthcheck = config.Healthcheck.ToWire(),
        ArgsEscaped = config.ArgsEscaped,
        Volumes = config.Volumes.ToSet(),
        WorkingDir = config.WorkingDir ?? "",
        OnBuild = config.OnBuild.NullIfEmpty(),
        Labels = config.Labels.NullIfEmpty(),
        StopSignal = config.StopSignal,
        Shell = config.Shell,
    };

    private static IReadOnlyList<string> Tags(Image image) =>
        [.. image.References.Where(reference => reference.Tag is not null).Select(reference => $"{reference.FamiliarName}:{reference.Tag}").Distinct()];

    private static IReadOnlyList<string> Digests(Image image) =>
        [.. image.References.Select(reference => $"{reference.FamiliarName}@{image.Target.Digest}").Distinct()];
}
