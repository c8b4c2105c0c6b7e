using Gantry.Api.Volumes;

namespace Gantry.Cli.Formatting;

/// <summary>Volumes as <c>docker volume ls</c> lists them.</summary>
internal static class VolumeRows
{
    public static ListFormat Format { get; } = new("{{.Driver}}\t{{.Name}}", "{{.Name}}", new Dictionary<string, string>
    {
        ["Name"] = "VOLUME NAME",
        ["Driver"] = "DRIVER",
        ["Scope"] = "SCOPE",
        ["Availability"] = "AVAILABILITY",
        ["Mountpoint"] = "MOUNTPOINT",
        ["Labels"] = "LABELS",
        ["Links"] = "LINKS",
        ["Size"] = "SIZE",
        ["Group"] = "GROUP",
        ["Status"] = "STATUS",
    })
    {
        Raw = ("name: {{.Name}}\ndriver: {{.Driver}}\n", "name: {{.Name}}"),
    };

    public static Row Of(VolumeResponse volume) => new()
    {
        TypeName = "*formatter.volumeContext",
        Labels = volume.Labels ?? new Dictionary<string, string>(),
        ["Name"] = () => volume.Name,
        ["Driver"] = () => volume.Driver,
        ["Scope"] = () => volume.Scope,
        ["Mountpoint"] = () => volume.Mountpoint,
        ["Labels"] = () => ContainerRows.JoinLabels(volume.Labels),
        ["Links"] = () => volume.UsageData is { RefCount: >= 0 } usage ? usage.RefCount.ToString() : "N/A",
        ["Size"] = () => volume.UsageData is { Size: >= 0 } usage ? Human.Size(usage.Size) : "N/A",
        ["Availability"] = () => "N/A",
        ["Group"] = () => "N/A",
        ["Status"] = () => "N/A",
    };
}
