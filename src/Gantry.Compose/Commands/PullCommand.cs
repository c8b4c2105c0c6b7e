using Gantry.Compose.Execution;
using Gantry.Compose.Planning;

namespace Gantry.Compose.Commands;

/// <summary><c>pull</c>: the images of services, each once.</summary>
internal static class PullCommand
{
    public const string Flags = "quiet,q ignore-pull-failures ignore-buildable include-deps policy= parallel no-parallel";

    public static async Task<int> RunAsync(ComposeContext context, Arguments arguments, CancellationToken cancellationToken)
    {
        var project = context.LoadProject(arguments.Positionals);
        var services = ServiceGraph.Select(project, arguments.Positionals, arguments.Has("include-deps"))
            .Where(service => service.Definition["image"] is not null && service.PullPolicy is not ("never" or "build") && !(arguments.Has("ignore-buildable") && service.Build is not null))
            .DistinctBy(service => service.Image).ToList();
        var present = arguments.Value("policy") == "missing"
            ? await StateReader.ImagesAsync(context.Client, [.. services.Select(service => service.Image)], cancellationToken).ConfigureAwait(false)
            : new Dictionary<string, string>();
        await using var progress = context.CreateProgress("Pulling", arguments.Has("quiet"));
        var work = new ImageWork(context.Client, context.Host, progress) { Builds = new BuildWork(context.Client, context.Host, progress, new BuildWorkOptions()) };
        await Task.WhenAll(services.Where(service => !present.ContainsKey(service.Image))
            .Select(service => work.PullAsync(service, arguments.Has("ignore-pull-failures") || service.Build is not null, cancellationToken))).ConfigureAwait(false);
        return 0;
    }
}
