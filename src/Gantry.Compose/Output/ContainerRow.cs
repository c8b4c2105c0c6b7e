using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Gantry.Api.Containers;
using Gantry.Compose.Planning;

namespace Gantry.Compose.Output;

/// <summary>A container's columns in <c>ps</c>.</summary>
internal static partial class ContainerRow
{
    private const int CommandWidth = 20;

    public static string Command(ObservedContainer container, bool whole)
    {
        var command = container.Summary.Command;
        return $"\"{(whole || command.Length <= CommandWidth ? command : command[..(CommandWidth - 1)] + "…")}\"";
    }

    /// <summary><c>0.0.0.0:8080->80/tcp</c>; runs of neighbouring ports are one range.</summary>
    public static string Ports(ObservedContainer container)
    {
        var texts = new List<string>();
        var ports = container.Summary.Ports.OrderBy(port => port.PrivatePort).ThenBy(port => port.Type, StringComparer.Ordinal).ThenBy(port => port.IP, StringComparer.Ordinal).ToList();
        foreach (var group in ports.GroupBy(port => (port.IP, port.Type, Offset: port.PublicPort == 0 ? 0 : port.PublicPort - port.PrivatePort, Published: port.PublicPort != 0)))
        {
            var members = group.Distinct().ToList();
            for (var start = 0; start < members.Count;)
            {
                var end = start;
                while (end + 1 < members.Count && members[end + 1].PrivatePort == members[end].PrivatePort + 1)
                {
                    end++;
                }

                texts.Add(Range(members[start], members[end]));
                start = end + 1;
            }
        }

        return string.Join(", ", texts);
    }

    public static string Json(ObservedContainer container)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            foreach (var (name, value) in Fields(container))
            {
                json.WriteString(name, value);
            }

            json.WriteNumber("ExitCode", ExitCode(container));
            json.WriteStartArray("Publishers");
            foreach (var port in container.Summary.Ports)
            {
                json.WriteStartObject();
                json.WriteString("URL", port.IP ?? "");
                json.WriteNumber("TargetPort", port.PrivatePort);
                json.WriteNumber("PublishedPort", port.PublicPort);
                json.WriteString("Protocol", port.Type);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>Fills <c>{{.Name}}</c> and <c>{{json .}}</c>; other template functions are not known here.</summary>
    public static string Fill(string format, ObservedContainer container)
    {
        var fields = Fields(container).Append(("ExitCode", ExitCode(container).ToString(System.Globalization.CultureInfo.InvariantCulture))).ToDictionary(field => field.Item1, field => field.Item2, StringComparer.Ordinal);
        return Placeholder().Replace(format.Replace("\\t", "\t", StringComparison.Ordinal).Replace("\\n", "\n", StringComparison.Ordinal), match =>
            match.Groups["json"].Success ? Json(container)
            : fields.GetValueOrDefault(match.Groups["field"].Value) ?? throw Core.GantryException.Invalid($"template: :1:2: executing \"\" at <.{match.Groups["field"].Value}>: can't evaluate field {match.Groups["field"].Value}"));
    }

    private static IEnumerable<(string Name, string Value)> Fields(ObservedContainer container)
    {
        var summary = container.Summary;
        var created = DateTimeOffset.FromUnixTimeSeconds(summary.Created);
        yield return ("Command", Command(container, whole: false));
        yield return ("CreatedAt", created.ToString("yyyy-MM-dd HH:mm:ss '+0000 UTC'", System.Globalization.CultureInfo.InvariantCulture));
        yield return ("Health", container.Health);
        yield return ("ID", container.ShortId);
        yield return ("Image", summary.Image);
        yield return ("Labels", string.Join(',', summary.Labels?.Select(label => $"{label.Key}={label.Value}") ?? []));
        yield return ("Mounts", string.Join(',', summary.Mounts.Select(mount => string.IsNullOrEmpty(mount.Name) ? mount.Source : mount.Name)));
        yield return ("Name", container.Name);
        yield return ("Names", container.Name);
        yield return ("Networks", string.Join(',', summary.NetworkSettings?.Networks?.Keys ?? []));
        yield return ("Ports", Ports(container));
        yield return ("Project", container.Label(Labels.Project) ?? "");
        yield return ("RunningFor", HumanTime.Ago(created));
        yield return ("Service", container.Service);
        yield return ("State", container.State);
        yield return ("Status", summary.Status);
    }

    private static int ExitCode(ObservedContainer container) =>
        Exited().Match(container.Summary.Status) is { Success: true } match && int.TryParse(match.Groups[1].Value, out var code) ? code : 0;

    private static string Range(Port first, Port last)
    {
        string Span(int from, int to) => from == to ? $"{from}" : $"{from}-{to}";
        var host = first.IP?.Contains(':') == true ? $"[{first.IP}]" : first.IP;
        return first.PublicPort == 0
            ? $"{Span(first.PrivatePort, last.PrivatePort)}/{first.Type}"
            : $"{host}:{Span(first.PublicPort, last.PublicPort)}->{Span(first.PrivatePort, last.PrivatePort)}/{first.Type}";
    }

    [GeneratedRegex(@"\{\{\s*(?:(?<json>json \.)|\.(?<field>[A-Za-z]+))\s*\}\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"\AExited \((-?\d+)\)")]
    private static partial Regex Exited();
}
