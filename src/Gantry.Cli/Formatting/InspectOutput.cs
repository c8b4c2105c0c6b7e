using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Templates;
using Gantry.Client;
using Gantry.Core;

namespace Gantry.Cli.Formatting;

/// <summary>Prints inspected objects: a JSON array with four blanks a level, the same on one line, or a template's text each.</summary>
internal static class InspectOutput
{
    private const int UsageFailure = 64;

    /// <param name="fetch">The daemon's answer for a name.</param>
    /// <param name="type">What docker's client reads the objects into; null when only their JSON counts.</param>
    /// <returns>1 when a name was not found; what was found is printed all the same.</returns>
    public static Task<int> RunAsync(CommandContext context, IReadOnlyList<string> names, string format, Func<string, Task<ReadOnlyMemory<byte>>> fetch, JsonTypeInfo? type = null, bool escapeHtml = false) =>
        RunAsync(context, names, format, async name => new Inspected(await fetch(name).ConfigureAwait(false), type), escapeHtml);

    /// <inheritdoc cref="RunAsync(CommandContext, IReadOnlyList{string}, string, Func{string, Task{ReadOnlyMemory{byte}}}, JsonTypeInfo?, bool)"/>
    public static async Task<int> RunAsync(CommandContext context, IReadOnlyList<string> names, string format, Func<string, Task<Inspected>> fetch, bool escapeHtml = false)
    {
        var template = format is "" or "json" ? null : ListFormat.Compile(format, exitCode: UsageFailure);
        var found = new JsonArray();
        var text = new StringBuilder();
        var failures = new List<string>();
        foreach (var name in names)
        {
            try
            {
                var item = await fetch(name).ConfigureAwait(false);
                if (template is not null)
                {
                    text.Append(Run(template, item)).Append('\n');
                }
                else
                {
                    found.Add(JsonNode.Parse(item.Json.Span));
                }
            }
            catch (GantryException e) when (e.Kind is not ErrorKind.Unavailable)
            {
                failures.Add(e.DisplayMessage);
            }
            catch (TemplateException e)
            {
                failures.Add("template parsing error: " + e.Message);
            }
        }

        if (template is not null)
        {
            // Docker ends its output with a line break even when there is none.
            context.Out.Write(text.Length == 0 ? "\n" : text.ToString());
        }

        if (template is null)
        {
            var json = JsonText.Of(found, indent: format == "json" ? 0 : 4);
            context.Out.WriteLine(escapeHtml ? json.Replace("<", "\\u003c").Replace(">", "\\u003e").Replace("&", "\\u0026") : json);
        }

        context.Out.Flush();
        foreach (var failure in failures)
        {
            context.Error.WriteLine(failure);
        }

        return failures.Count == 0 ? 0 : 1;
    }

    // As docker does: over its client's types, and where these do not have what the template asks for, over the daemon's JSON.
    private static string Run(Template template, Inspected item)
    {
        if (item.Type is not null)
        {
            try
            {
                return template.Execute(new TypedStruct(JsonSerializer.Deserialize(item.Json.Span, item.Type)!, item.Type));
            }
            catch (Exception e) when (e is JsonException || (e is TemplateException && !item.IsComplete))
            {
                // The JSON may have it; if not, it has the message.
            }
        }

        return template.Execute(JsonNode.Parse(item.Json.Span));
    }
}

/// <summary>The daemon's answer, and the type it is in docker's client.</summary>
internal sealed record Inspected(ReadOnlyMemory<byte> Json, JsonTypeInfo? Type)
{
    /// <summary>Docker does not look into the JSON of this one.</summary>
    public bool IsComplete { get; init; }
}
