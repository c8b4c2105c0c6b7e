using System.Globalization;
using Gantry.Api.Containers;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Templates;
using Gantry.Core;

namespace Gantry.Cli.Formatting;

/// <summary>Containers as <c>docker ps</c> lists them.</summary>
internal static class ContainerRows
{
    private const string Columns = "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}";

    public static ListFormat Format(bool size) => new(Columns + (size ? "\t{{.Size}}" : ""), "{{.ID}}", new Dictionary<string, string>
    {
        ["ID"] = "CONTAINER ID",
        ["Image"] = "IMAGE",
        ["Command"] = "COMMAND",
        ["CreatedAt"] = "CREATED AT",
        ["RunningFor"] = "CREATED",
        ["Ports"] = "PORTS",
        ["State"] = "STATE",
        ["Status"] = "STATUS",
        ["Size"] = "SIZE",
        ["Names"] = "NAMES",
        ["Labels"] = "LABELS",
        ["Mounts"] = "MOUNTS",
        ["LocalVolumes"] = "LOCAL VOLUMES",
        ["Networks"] = "NETWORKS",
        ["Platform"] = "PLATFORM",
    })
    {
        Raw = ("container_id: {{.ID}}\nimage: {{.Image}}\ncommand: {{.Command}}\ncreated_at: {{.CreatedAt}}\nstate: {{- pad .State 1 0}}\nstatus: {{- pad .Status 1 0}}\n"
            + "names: {{.Names}}\nlabels: {{- pad .Labels 1 0}}\nports: {{- pad .Ports 1 0}}\n" + (size ? "size: {{.Size}}\n" : ""), "container_id: {{.ID}}"),
    };

    public static Row Of(ContainerSummary container, bool truncate)
    {
        var created = DateTimeOffset.FromUnixTimeSeconds(container.Created);
        return new Row
        {
            TypeName = "*formatter.ContainerContext",
            Labels = container.Labels ?? new Dictionary<string, string>(),
            ["ID"] = () => truncate ? Human.ShortId(container.Id) : container.Id,
            ["Names"] = () => string.Join(',', Names(container, truncate)),
            ["Image"] = () => Image(container, truncate),
            ["Command"] = () => GoText.Quote(truncate ? Human.Ellipsis(container.Command, 20) : container.Command),
            ["CreatedAt"] = () => Human.Instant(created),
            ["RunningFor"] = () => Human.Ago(created),
            ["Ports"] = () => DisplayPorts(container.Ports),
            ["State"] = () => container.State,
            ["Status"] = () => container.Status,
            ["Size"] = () => Size(container),
            ["Labels"] = () => JoinLabels(container.Labels),
            ["Mounts"] = () => string.Join(',', container.Mounts.Select(m => string.IsNullOrEmpty(m.Name) ? m.Source : m.Name).Select(n => truncate ? Human.Ellipsis(n, 15) : n)),
            ["LocalVolumes"] = () => container.Mounts.Count(m => m.Driver == "local").ToString(CultureInfo.InvariantCulture),
            ["Networks"] = () => string.Join(',', container.NetworkSettings?.Networks?.Keys.Order(StringComparer.Ordinal) ?? Enumerable.Empty<string>()),
            ["Platform"] = () => container.ImageManifestDescriptor?.Platform is { } p ? PlatformOf(p) : null,
        };
    }

    private static ComposedStruct PlatformOf(Api.Images.ImagePlatform platform) => new(
        "*formatter.Platform",
        [new("architecture", platform.Architecture), new("os", platform.Os), .. platform.Variant is { Length: > 0 } variant ? [new("variant", variant)] : Array.Empty<KeyValuePair<string, object?>>()])
    {
        GoNames = new Dictionary<string, string> { ["architecture"] = "Architecture", ["os"] = "OS", ["variant"] = "Variant" },
        Text = platform.Variant is { Length: > 0 } ? $"{platform.Os}/{platform.Architecture}/{platform.Variant}" : $"{platform.Os}/{platform.Architecture}",
    };

    /// <summary>Tries the format on an empty row, as docker does before it asks the daemon, and tells whether sizes were read.</summary>
    /// <exception cref="ExitException">The format does not parse or does not run.</exception>
    public static bool NeedSize(string format)
    {
        var needed = false;
        if (format is "" or "json" or "table")
        {
            return false;
        }

        var row = Of(new ContainerSummary(), truncate: false);
        row["Size"] = () =>
        {
            needed = true;
            return "0B";
        };
        try
        {
            var template = Template.Parse(format.StartsWith("table ", StringComparison.Ordinal) ? format["table ".Length..] : format);
            try
            {
                template.Execute(row);
                return needed;
            }
            catch (TemplateException e)
            {
                throw new ExitException(1, "failed to execute template: " + e.Message);
            }
        }
        catch (TemplateException e)
        {
            throw new ExitException(1, "failed to parse template: " + e.Message);
        }
    }

    public static string JoinLabels(IReadOnlyDictionary<string, string>? labels) =>
        string.Join(',', (labels ?? new Dictionary<string, string>()).OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key}={l.Value}"));

    /// <summary>Published and exposed ports, runs of equal numbers joined.</summary>
    public static string DisplayPorts(IReadOnlyList<Port> ports)
    {
        var groups = new Dictionary<(string Ip, string Type), (int First, int Last)>();
        var result = new List<string>();
        var mapped = new List<string>();
        foreach (var port in ports.OrderBy(p => p.PrivatePort).ThenBy(p => p.IP ?? "", StringComparer.Ordinal).ThenBy(p => p.PublicPort).ThenBy(p => p.Type, StringComparer.Ordinal))
        {
            var ip = port.IP ?? "";
            if (ip.Length > 0 && port.PublicPort != port.PrivatePort)
            {
                mapped.Add($"{Host(ip)}:{port.PublicPort}->{port.PrivatePort}/{port.Type}");
                continue;
            }

            var key = (ip, port.Type);
            if (groups.TryGetValue(key, out var group))
            {
                if (port.PrivatePort == group.Last + 1)
                {
                    groups[key] = (group.First, port.PrivatePort);
                    continue;
                }

                result.Add(Group(key, group));
            }

            groups[key] = (port.PrivatePort, port.PrivatePort);
        }

        result.AddRange(groups.Select(g => Group(g.Key, g.Value)));
        return string.Join(", ", result.Concat(mapped));
    }

    private static string Group((string Ip, string Type) key, (int First, int Last) group)
    {
        var range = group.First == group.Last ? $"{group.First}" : $"{group.First}-{group.Last}";
        return (key.Ip.Length == 0 ? range : $"{Host(key.Ip)}:{range}->{range}") + "/" + key.Type;
    }

    private static string Host(string ip) => ip.Contains(':') ? $"[{ip}]" : ip;

    // Names of links (/web/db) only show in full output.
    private static IEnumerable<string> Names(ContainerSummary container, bool truncate) =>
        container.Names.Select(n => n.TrimStart('/')).Where(n => !truncate || !n.Contains('/'));

    private static string Image(ContainerSummary container, bool truncate)
    {
        if (string.IsNullOrEmpty(container.Image))
        {
            return "<no image>";
        }

        if (!truncate)
        {
            return container.Image;
        }

        if (Human.ShortId(container.ImageID) == Human.ShortId(container.Image))
        {
            return Human.ShortId(container.ImageID);
        }

        return ImageReference.TryParse(container.Image, null, out var reference) && reference is { Digest: not null, Tag: not null }
            ? (reference with { Digest = null }).Familiar
            : container.Image;
    }

    private static string Size(ContainerSummary container)
    {
        var own = Human.Size(container.SizeRw ?? 0);
        return container.SizeRootFs is > 0 and var all ? $"{own} (virtual {Human.Size(all)})" : own;
    }
}
