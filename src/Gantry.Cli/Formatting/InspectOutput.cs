using System.Text.Json.Nodes;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Templates;
using Gantry.Client;
using Gantry.Core;

namespace Gantry.Cli.Formatting;

/// <summary>Prints inspected objects: a JSON array with four blanks a level, the same on one line, or a template's text each.</summary>
internal static class InspectOutput
{
    /// <param name="fetch">The daemon's answer for a name.</param>
    /// <returns>1 when a name was not found; what was found is printed all the same.</returns>
    public static async Task<int> RunAsync(CommandContext context, IReadOnlyList<string> names, string format, Func<string, Task<ReadOnlyMemory<byte>>> fetch, bool escapeHtml = false)
    {
        var template = format is "" or "json" ? null : ListFormat.Compile(format, "template parsing error");
        var found = new JsonArray();
        var failures = new List<string>();
        foreach (var name in names)
        {
            try
            {
                var item = JsonNode.Parse((await fetch(name).ConfigureAwait(false)).Span);
                if (template is not null)
                {
                    context.Out.WriteLine(Run(template, item));
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
        }

        if (template is null)
        {
            var text = JsonText.Of(found, indent: format == "json" ? 0 : 4);
            context.Out.WriteLine(escapeHtml ? text.Replace("<", "\\u003c").Replace(">", "\\u003e").Replace("&", "\\u0026") : text);
        }

        context.Out.Flush();
        foreach (var failure in failures)
        {
            context.Error.WriteLine(failure);
        }

        return failures.Count == 0 ? 0 : 1;
    }

    private static string Run(Template template, JsonNode? item)
    {
        try
        {
            return template.Execute(item);
        }
        catch (TemplateException e)
        {
            throw new ExitException(1, "template parsing error: " + e.Message);
        }
    }
}
