using Gantry.Client;
using Gantry.Compose.Output;
using Gantry.Compose.Planning;

namespace Gantry.Compose.Commands;

/// <summary><c>ls</c>: projects, from the labels of their containers.</summary>
internal static class LsCommand
{
    public const string Flags = "all,a quiet,q format= filter=";

    public static async Task<int> RunAsync(ComposeContext context, Arguments arguments, CancellationToken cancellationToken)
    {
        var filters = new Filters().Add("label", Labels.Project);
        var list = await context.Client.Containers.ListAsync(new ContainerListOptions { All = arguments.Has("all"), Filters = filters }, cancellationToken).ConfigureAwait(false);
        var name = arguments.Value("filter") is { } filter && filter.StartsWith("name=", StringComparison.Ordinal) ? filter["name=".Length..] : null;
        var projects = list.Select(summary => new ObservedContainer(summary)).Where(container => !container.IsOneOff)
            .GroupBy(container => container.Label(Labels.Project)!, StringComparer.Ordinal).Where(project => name is null || project.Key.Contains(name, StringComparison.Ordinal))
            .OrderBy(project => project.Key, StringComparer.Ordinal)
            .Select(project => (Name: project.Key, Status: Status(project), Files: project.Select(container => container.Label(Labels.ConfigFiles)).FirstOrDefault(files => files is not null) ?? "N/A"))
            .ToList();
        if (arguments.Has("quiet"))
        {
            projects.ForEach(project => context.Out.WriteLine(project.Name));
        }
        else if (arguments.Value("format") == "json")
        {
            await context.Out.WriteLineAsync("[" + string.Join(',', projects.Select(project => $"{{\"Name\":\"{Escape(project.Name)}\",\"Status\":\"{Escape(project.Status)}\",\"ConfigFiles\":\"{Escape(project.Files)}\"}}")) + "]").ConfigureAwait(false);
        }
        else
        {
            await context.Out.WriteAsync(Table.Write(["NAME", "STATUS", "CONFIG FILES"], projects.Select(project => (IReadOnlyList<string>)[project.Name, project.Status, project.Files]))).ConfigureAwait(false);
        }

        return 0;
    }

    private static string Status(IEnumerable<ObservedContainer> containers) => string.Join(", ", containers.GroupBy(container => container.State, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => $"{group.Key}({group.Count()})"));

    private static string Escape(string text) => System.Text.Json.JsonEncodedText.Encode(text).ToString();
}
