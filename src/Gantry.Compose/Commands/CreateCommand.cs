using Gantry.Compose.Execution;

namespace Gantry.Compose.Commands;

/// <summary><c>create</c>: <c>up</c> without starting anything.</summary>
internal static class CreateCommand
{
    public const string Flags = "build no-build force-recreate no-recreate pull= quiet-pull remove-orphans scale= yes,y";

    public static async Task<int> RunAsync(ComposeContext context, Arguments arguments, CancellationToken cancellationToken)
    {
        var project = context.LoadProject(arguments.Positionals);
        var options = UpCommand.OptionsOf(context, arguments, project) with { NoStart = true };
        await new UpWork(context, project, options)
        {
            Quiet = arguments.Has("quiet-pull"),
            Builds = new BuildWorkOptions { TrustHostCa = UpCommand.TrustsHostCa(context, arguments) },
        }.RunAsync(cancellationToken).ConfigureAwait(false);
        return 0;
    }
}
