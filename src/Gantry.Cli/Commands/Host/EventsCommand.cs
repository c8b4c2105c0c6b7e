using Gantry.Api.System;
using Gantry.Api;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;
using Gantry.Cli.Templates;

namespace Gantry.Cli.Commands.Host;

/// <summary>Get real time events from the server.</summary>
internal static class EventsCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var filter = options.Filter('f', "Filter output based on conditions provided");
        var format = options.String("format", '\0', ListFormat.InspectUsage);
        var since = options.String("since", '\0', "Show all events created since timestamp");
        var until = options.String("until", '\0', "Stream events until this timestamp");
        return new Command
        {
            Usage = "events [OPTIONS]",
            Summary = "Get real time events from the server",
            Aliases = ["system events", "events"],
            Options = options,
            Action = async (context, _, cancellationToken) =>
            {
                var template = Compile(format.Value);
                var events = context.Client.System.EventsAsync(Moments.ToUnix(since.Value), Moments.ToUnix(until.Value), FilterOption.Parse(filter.Values), cancellationToken);
                await foreach (var happened in events.ConfigureAwait(false))
                {
                    context.Out.WriteLine(template is null ? Line(happened) : Run(template, happened));
                    await context.Out.FlushAsync(cancellationToken).ConfigureAwait(false);
                }

                return 0;
            },
        };
    }

    private static Template? Compile(string format)
    {
        try
        {
            return format switch { "" => null, "json" => Template.Parse("{{json .}}"), _ => Template.Parse(format) };
        }
        catch (TemplateException e)
        {
            throw new ExitException(64, "Error parsing format: " + e.Message);
        }
    }

    private static string Run(Template template, EventMessage happened)
    {
        try
        {
            return template.Execute(new TypedStruct(happened, DockerJson.Wire.EventMessage));
        }
        catch (TemplateException e)
        {
            throw new ExitException(64, "Error parsing format: " + e.Message);
        }
    }

    private static string Line(EventMessage happened)
    {
        var instant = DateTimeOffset.UnixEpoch.AddTicks((happened.TimeNano != 0 ? happened.TimeNano : happened.Time * 1_000_000_000) / 100).ToLocalTime();
        var attributes = happened.Actor.Attributes ?? new Dictionary<string, string>();
        var details = string.Join(", ", attributes.OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $"{a.Key}={a.Value}"));
        var offset = instant.Offset == TimeSpan.Zero ? "Z" : instant.ToString("zzz");
        return $"{instant:yyyy-MM-dd'T'HH:mm:ss.fffffff}00{offset} {happened.Type} {happened.Action} {happened.Actor.ID}{(details.Length > 0 ? $" ({details})" : "")}";
    }
}
