using System.Globalization;
using Gantry.Compose.Execution;
using Gantry.Compose.Model;
using Gantry.Compose.Planning;

namespace Gantry.Compose.Commands;

/// <summary><c>scale</c>: so many containers of a service.</summary>
internal static class ScaleCommand
{
    public const string Flags = "no-deps";

    public static async Task<int> RunAsync(ComposeContext context, Arguments arguments, CancellationToken cancellationToken)
    {
        if (arguments.Positionals.Count == 0)
        {
            throw new UsageException("\"gantry compose scale\" requires at least 1 argument.");
        }

        var names = arguments.Positionals.Select(item => item.Split('=')[0]).ToList();
        var project = context.LoadProject(names);
        await new UpWork(context, project, new PlanOptions
        {
            Services = names,
            Scale = Parse(arguments.Positionals, project),
            WithoutDependencies = arguments.Has("no-deps"),
            Recreate = RecreatePolicy.Never,
        }).RunAsync(cancellationToken).ConfigureAwait(false);
        return 0;
    }

    /// <summary>Reads <c>SERVICE=N</c> items.</summary>
    public static Dictionary<string, int> Parse(IEnumerable<string> items, Project project)
    {
        var result = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var parts in items.Select(item => item.Split('=', 2)))
        {
            result[project.GetService(parts[0]).Name] = parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                ? number
                : throw new UsageException($"invalid scale specifier: {string.Join('=', parts)}");
        }

        return result;
    }
}
