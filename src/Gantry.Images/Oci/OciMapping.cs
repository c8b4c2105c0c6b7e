using Gantry.Core;

namespace Gantry.Images;

/// <summary>Between the image spec's documents and our records.</summary>
internal static class OciMapping
{
    public static Descriptor ToDescriptor(this OciDescriptor descriptor) =>
        new(descriptor.MediaType ?? "", ToDigest(descriptor.Digest), descriptor.Size)
        {
            Platform = descriptor.Platform is { Os: { } os, Architecture: { } architecture } platform ? new Platform(os, architecture, Text(platform.Variant)) : null,
            Annotations = descriptor.Annotations,
        };

    public static OciDescriptor ToDocument(this Descriptor descriptor) => new()
    {
        MediaType = descriptor.MediaType,
        Digest = descriptor.Digest.ToString(),
        Size = descriptor.Size,
        Platform = descriptor.Platform is { } platform ? new OciPlatform { Os = platform.Os, Architecture = platform.Architecture, Variant = platform.Variant } : null,
        Annotations = descriptor.Annotations is { } annotations ? new SortedDictionary<string, string>(annotations.ToDictionary(), StringComparer.Ordinal) : null,
    };

    public static ImageConfig ToConfig(this OciConfig config) => new()
    {
        Created = Time(config.Created),
        Author = Text(config.Author),
        Architecture = Text(config.Architecture) ?? Platform.Host.Architecture,
        Variant = Text(config.Variant),
        Os = Text(config.Os) ?? "linux",
        Config = ToDefaults(config.Config ?? new OciProcess()),
        DiffIds = [.. (config.Rootfs?.DiffIds ?? []).Select(ToDigest)],
        History = [.. (config.History ?? []).Select(h => new HistoryEntry(Time(h.Created), Text(h.CreatedBy), Text(h.Comment), h.EmptyLayer) { Author = Text(h.Author) })],
    };

    public static OciConfig ToDocument(this ImageConfig config) => new()
    {
        Created = Time(config.Created),
        Author = config.Author,
        Architecture = config.Architecture,
        Variant = config.Variant,
        Os = config.Os,
        Config = ToDocument(config.Config),
        Rootfs = new OciRootFileSystem { DiffIds = [.. config.DiffIds.Select(id => id.ToString())] },
        History = [.. config.History.Select(h => new OciHistory { Created = Time(h.Created), Author = h.Author, CreatedBy = h.CreatedBy, Comment = h.Comment, EmptyLayer = h.EmptyLayer })],
    };

    private static ProcessDefaults ToDefaults(OciProcess process) => new()
    {
        User = Text(process.User),
        ExposedPorts = [.. process.ExposedPorts?.Keys ?? Enumerable.Empty<string>()],
        Env = process.Env ?? [],
        Entrypoint = process.Entrypoint,
        Cmd = process.Cmd,
        Volumes = [.. process.Volumes?.Keys ?? Enumerable.Empty<string>()],
        WorkingDir = Text(process.WorkingDir),
        Labels = process.Labels ?? new SortedDictionary<string, string>(),
        StopSignal = Text(process.StopSignal),
        Healthcheck = process.Healthcheck is { } health ? ToHealthcheck(health) : null,
        OnBuild = process.OnBuild ?? [],
        Shell = process.Shell,
        ArgsEscaped = process.ArgsEscaped,
    };

    private static OciProcess ToDocument(ProcessDefaults process) => new()
    {
        User = process.User,
        ExposedPorts = Set(process.ExposedPorts),
        Env = Some(process.Env),
        Entrypoint = process.Entrypoint,
        Cmd = process.Cmd,
        Volumes = Set(process.Volumes),
        WorkingDir = process.WorkingDir,
        Labels = process.Labels.Count == 0 ? null : new SortedDictionary<string, string>(process.Labels.ToDictionary(), StringComparer.Ordinal),
        StopSignal = process.StopSignal,
        Healthcheck = process.Healthcheck is { } health ? ToDocument(health) : null,
        OnBuild = Some(process.OnBuild),
        Shell = process.Shell,
        ArgsEscaped = process.ArgsEscaped,
    };

    private static Healthcheck ToHealthcheck(OciHealthcheck health) => new()
    {
        Test = health.Test ?? [],
        Interval = GoDuration.FromNanoseconds(health.Interval),
        Timeout = GoDuration.FromNanoseconds(health.Timeout),
        StartPeriod = GoDuration.FromNanoseconds(health.StartPeriod),
        StartInterval = GoDuration.FromNanoseconds(health.StartInterval),
        Retries = health.Retries,
    };

    private static OciHealthcheck ToDocument(Healthcheck health) => new()
    {
        Test = Some(health.Test),
        Interval = health.Interval.ToNanoseconds(),
        Timeout = health.Timeout.ToNanoseconds(),
        StartPeriod = health.StartPeriod.ToNanoseconds(),
        StartInterval = health.StartInterval.ToNanoseconds(),
        Retries = health.Retries,
    };

    private static SortedDictionary<string, OciNothing?>? Set(IReadOnlyList<string> keys) => keys.Count == 0 ? null
        : new SortedDictionary<string, OciNothing?>(keys.Distinct().ToDictionary(key => key, _ => (OciNothing?)new OciNothing()), StringComparer.Ordinal);

    private static IReadOnlyList<string>? Some(IReadOnlyList<string> list) => list.Count == 0 ? null : list;

    private static string? Text(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static DateTimeOffset? Time(string? text) => Timestamp.TryParse(text, out var instant) && instant.Year > 1 ? instant : null;

    private static string? Time(DateTimeOffset? instant) => instant is null ? null : Timestamp.Format(instant);

    private static Digest ToDigest(string? text) =>
        Digest.TryParse(text, null, out var digest) ? digest : throw GantryException.Invalid($"invalid digest: {text}");
}
