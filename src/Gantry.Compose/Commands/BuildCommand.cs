using Gantry.Compose.Execution;
using Gantry.Compose.Output;

namespace Gantry.Compose.Commands;

/// <summary><c>build</c>: the images of services that have a build section.</summary>
internal static class BuildCommand
{
    public const string Flags = "no-cache pull build-arg= progress= quiet,q trust-host-ca memory,m= ssh= push with-dependencies builder= print check";

    public static async Task<int> RunAsync(ComposeContext context, Arguments arguments, CancellationToken cancellationToken)
    {
        var project = context.LoadProject(arguments.Positionals);
        var services = (arguments.Positionals.Count > 0 ? arguments.Positionals.Select(project.GetService) : project.Services.Values).Where(service => service.Build is not null).ToList();
        if (services.Count == 0)
        {
            context.Warn("No services to build");
            return 0;
        }

        foreach (var flag in ((string[])["memory", "ssh", "push", "builder"]).Where(arguments.IsGiven))
        {
            context.Warn($"build --{flag} is not supported, it will be ignored");
        }

        var build = new BuildWorkOptions
        {
            NoCache = arguments.Has("no-cache"),
            Pull = arguments.Has("pull"),
            Quiet = arguments.Has("quiet"),
            TrustHostCa = UpCommand.TrustsHostCa(context, arguments),
            Progress = arguments.Value("progress") ?? context.Global.Value("progress") ?? context.Host.Environment.GetValueOrDefault("BUILDKIT_PROGRESS") ?? "auto",
            Arguments = arguments.Values("build-arg").Select(pair => pair.Split('=', 2)).ToDictionary(
                pair => pair[0], pair => pair.Length > 1 ? pair[1] : context.Host.Environment.GetValueOrDefault(pair[0]) ?? "", StringComparer.Ordinal),
        };
        await using Progress progress = arguments.Has("quiet") ? new QuietProgress() : context.CreateProgress("Building");
        await new BuildWork(context.Client, context.Host, progress, build).BuildAsync(services, cancellationToken).ConfigureAwait(false);
        return 0;
    }
}
