using Gantry.Cli.CommandLine;
using Gantry.Cli.Configuration;
using Gantry.Cli.Formatting;
using Gantry.Core;

namespace Gantry.Cli.Commands.Contexts;

/// <summary>List contexts.</summary>
internal static class ListCommand
{
    public const string DefaultDescription = "Current DOCKER_HOST based configuration";
    private const int LongestError = 45;

    public static Command Create()
    {
        var options = new OptionTable();
        var format = options.String("format", '\0', ListFormat.Usage);
        var quiet = options.Switch("quiet", 'q', "Only show context names");
        return new Command
        {
            Usage = "ls [OPTIONS]",
            Summary = "List contexts",
            Aliases = ["context ls", "context list"],
            Options = options,
            Action = (context, _, _) =>
            {
                Format.Write(context.Out, quiet.Value ? "" : format.Value, quiet.Value, Rows(context));
                context.Out.Flush();
                if (CurrentContext.DockerHost is not null)
                {
                    context.Error.WriteLine("Warning: DOCKER_HOST environment variable overrides the active context. To use a context, either set the global --context flag, or unset DOCKER_HOST environment variable.");
                }

                return Task.FromResult(0);
            },
        };
    }

    private static readonly ListFormat Format = new("{{.Name}}{{if .Current}} *{{end}}\t{{.Description}}\t{{.DockerEndpoint}}\t{{.Error}}", "{{.Name}}", new Dictionary<string, string>
    {
        ["Current"] = "",
        ["Description"] = "DESCRIPTION",
        ["DockerEndpoint"] = "DOCKER ENDPOINT",
        ["Error"] = "ERROR",
        ["Name"] = "NAME",
    });

    private static IEnumerable<Row> Rows(CommandContext context)
    {
        var current = context.Current.Name;
        var stored = context.Contexts.List();
        var rows = stored.Select(one => (Name: one.Name, Description: one.Description, Host: one.Host, Error: one.Docker is null ? "cannot find docker endpoint in context" : ""))
            .Append((Name: ContextStore.DefaultName, Description: DefaultDescription, Host: context.Current.DefaultHost, Error: "")).ToList();
        if (rows.All(row => row.Name != current))
        {
            rows.Add((current, "", "", Missing(context, current)));
        }

        return rows.OrderBy(row => row.Name, NaturalOrder.Instance).Select(row => new Row
        {
            ["Current"] = () => row.Name == current,
            ["Description"] = () => row.Description,
            ["DockerEndpoint"] = () => row.Host,
            ["Error"] = () => Human.Ellipsis(row.Error, LongestError),
            ["Name"] = () => row.Name,
        });
    }

    private static string Missing(CommandContext context, string name)
    {
        try
        {
            return context.Contexts.Get(name).Name;
        }
        catch (GantryException e)
        {
            return e.Message;
        }
    }
}
