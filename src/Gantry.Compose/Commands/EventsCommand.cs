using System.Globalization;
using System.Text.Json;
using Gantry.Client;
using Gantry.Compose.Planning;

namespace Gantry.Compose.Commands;

/// <summary><c>events</c>: what happens to the project's containers.</summary>
internal static class EventsCommand
{
    public const string Flags = "json since= until=";

    public static async Task<int> RunAsync(ComposeContext context, Arguments arguments, CancellationToken cancellationToken)
    {
        var (name, _) = context.FindProject();
        var filters = new Filters().Add("label", $"{Labels.Project}={name}").Add("type", "container");
        await foreach (var happened in context.Client.System.EventsAsync(arguments.Value("since"), arguments.Value("until"), filters, cancellationToken).ConfigureAwait(false))
        {
            var attributes = happened.Actor.Attributes ?? new Dictionary<string, string>();
            var service = attributes.GetValueOrDefault(Labels.Service) ?? "";
            if ((arguments.Positionals.Count > 0 && !arguments.Positionals.Contains(service)) || attributes.GetValueOrDefault(Labels.OneOff) == "True")
            {
                continue;
            }

            var time = DateTimeOffset.UnixEpoch.AddTicks(happened.TimeNano / 100);
            var shown = attributes.Where(attribute => !attribute.Key.StartsWith("com.docker.compose.", StringComparison.Ordinal)).OrderBy(attribute => attribute.Key, StringComparer.Ordinal).ToList();
            await context.Out.WriteLineAsync(arguments.Has("json") ? Json(time, happened.Action, happened.Actor.ID, service, shown)
                : $"{time.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture)} container {happened.Action} {happened.Actor.ID} ({string.Join(", ", shown.Select(attribute => $"{attribute.Key}={attribute.Value}"))})").ConfigureAwait(false);
            await context.Out.FlushAsync(cancellationToken).ConfigureAwait(false);
        }

        return 0;
    }

    private static string Json(DateTimeOffset time, string action, string id, string service, IEnumerable<KeyValuePair<string, string>> attributes)
    {
        static string Quote(string text) => $"\"{JsonEncodedText.Encode(text)}\"";
        return $"{{\"action\":{Quote(action)},\"attributes\":{{{string.Join(',', attributes.Select(attribute => $"{Quote(attribute.Key)}:{Quote(attribute.Value)}"))}}},\"id\":{Quote(id)},\"service\":{Quote(service)},\"time\":{Quote(time.ToString("O", CultureInfo.InvariantCulture))},\"type\":\"container\"}}";
    }
}
