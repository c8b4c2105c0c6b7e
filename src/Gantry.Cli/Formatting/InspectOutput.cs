using System.Text;
using System.Text.Json.Nodes;
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
    /// <param name="schema">The fields that the objects may leave out.</param>
    /// <returns>1 when a name was not found; what was found is printed all the same.</returns>
    public static async Task<int> RunAsync(CommandContext context, IReadOnlyList<string> names, string format, Func<string, Task<ReadOnlyMemory<byte>>> fetch, TemplateSchema? schema = null, bool escapeHtml = false)
    {
        var template = format is "" or "json" ? null : ListFormat.Compile(format, exitCode: UsageFailure);
        var found = new JsonArray();
        var text = new StringBuilder();
        var failures = new List<string>();
        foreach (var name in names)
        {
            try
            {
                var item = JsonNode.Parse((await fetch(name).ConfigureAwait(false)).Span);
                if (template is not null)
                {
                    text.Append(template.Execute(item, schema: schema)).Append('\n');
                }
                else
                {
                    found.Add(item);
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
}
