using Gantry.Compose.Execution;
using Gantry.Compose.Model;
using Gantry.Compose.Planning;
using Gantry.Core;

namespace Gantry.Compose.Commands;

/// <summary><c>up</c> and <c>plan</c>: make the daemon's state the project's, or say what that would take.</summary>
internal static class UpCommand
{
    public const string PlanFlags = "build no-build no-deps force-recreate no-recreate remove-orphans scale= pull= renew-anon-volumes,V timeout,t= quiet-pull trust-host-ca always-recreate-deps";
    public const string Flags = PlanFlags + " detach,d wait wait-timeout= abort-on-container-exit abort-on-container-failure exit-code-from= no-start attach= no-attach= attach-dependencies"
        + " no-color no-log-prefix timestamps quiet-build menu yes,y watch,w";

    public static async Task<int> PlanAsync(ComposeContext context, Arguments arguments, CancellationToken cancellationToken)
    {
        var project = context.LoadProject(arguments.Positionals);
        var options = OptionsOf(context, arguments, project);
        var services = ServiceGraph.Select(project, options.Services, !options.WithoutDependencies);
        var state = await StateReader.ReadAsync(context.Client, project, services, cancellationToken).ConfigureAwait(false);
        var plan = Planner.Make(project, state, options);
        foreach (var warning in plan.Warnings)
        {
            context.Warn(warning);
        }

        await context.Out.WriteAsync(PlanText.Write(plan)).ConfigureAwait(false);
        return 0;
    }

    public static async Task<int> RunAsync(ComposeContext context, Arguments arguments, CancellationToken cancellationToken)
    {
        if (context.IsDryRun)
        {
            return await PlanAsync(context, arguments, cancellationToken).ConfigureAwait(false);
        }

        if (arguments.Has("watch"))
        {
            throw new GantryException(ErrorKind.NotImplemented, "up --watch is not supported");
        }

        var abort = arguments.Has("abort-on-container-exit") || arguments.Has("abort-on-container-failure") || arguments.IsGiven("exit-code-from");
        var detach = arguments.Has("detach") || arguments.Has("wait");
        if (detach && abort)
        {
            throw new UsageException("--detach cannot be combined with --abort-on-container-exit or --abort-on-container-failure");
        }

        var project = context.LoadProject(arguments.Positionals);
        var options = OptionsOf(context, arguments, project);
        if (arguments.Value("exit-code-from") is { } source)
        {
            _ = project.GetService(source);
        }

        var started = DateTimeOffset.UtcNow;
        var result = await new UpWork(context, project, options)
        {
            Timeout = arguments.Seconds("timeout"),
            RenewVolumes = arguments.Has("renew-anon-volumes"),
            Quiet = arguments.Has("quiet-pull"),
            Builds = new BuildWorkOptions { TrustHostCa = TrustsHostCa(context, arguments), Quiet = arguments.Has("quiet-build"), Progress = context.Global.Value("progress") ?? "auto" },
        }.RunAsync(cancellationToken).ConfigureAwait(false);
        if (options.NoStart)
        {
            return 0;
        }

        if (arguments.Has("wait"))
        {
            await WaitAsync(context, result, arguments.Seconds("wait-timeout"), cancellationToken).ConfigureAwait(false);
        }

        return detach ? 0 : await new AttachedRun(context, project, result, started)
        {
            AbortsOnExit = abort && !arguments.Has("abort-on-container-failure"),
            AbortsOnFailure = arguments.Has("abort-on-container-failure"),
            ExitCodeFrom = arguments.Value("exit-code-from"),
            Timeout = arguments.Seconds("timeout"),
            Attach = Attached(arguments, result),
            Prefixed = !arguments.Has("no-log-prefix"),
            Colored = context.UsesColor && !arguments.Has("no-color"),
            Timestamps = arguments.Has("timestamps"),
        }.RunAsync(cancellationToken).ConfigureAwait(false);
    }

    public static PlanOptions OptionsOf(ComposeContext context, Arguments arguments, Project project)
    {
        if (arguments.Has("force-recreate") && arguments.Has("no-recreate"))
        {
            throw new UsageException("--force-recreate and --no-recreate are incompatible");
        }

        if (arguments.Has("build") && arguments.Has("no-build"))
        {
            throw new UsageException("--build and --no-build are incompatible");
        }

        return new PlanOptions
        {
            Services = arguments.Positionals,
            WithoutDependencies = arguments.Has("no-deps"),
            Recreate = arguments.Has("force-recreate") ? RecreatePolicy.Force : arguments.Has("no-recreate") ? RecreatePolicy.Never : RecreatePolicy.Diverged,
            Build = arguments.Has("build"),
            NoBuild = arguments.Has("no-build"),
            Pull = arguments.Value("pull") is { } pull ? pull is "always" or "missing" or "never" or "policy" ? pull : throw new UsageException($"invalid --pull option \"{pull}\"") : null,
            RemoveOrphans = arguments.Has("remove-orphans") || context.IsSet("COMPOSE_REMOVE_ORPHANS"),
            IgnoreOrphans = context.IsSet("COMPOSE_IGNORE_ORPHANS"),
            Scale = ScaleCommand.Parse(arguments.Values("scale"), project),
            NoStart = arguments.Has("no-start"),
        };
    }

    public static bool TrustsHostCa(ComposeContext context, Arguments arguments) => arguments.Has("trust-host-ca") || context.IsSet("GANTRY_TRUST_HOST_CA");

    private static HashSet<string> Attached(Arguments arguments, UpResult result)
    {
        var services = arguments.Values("attach") is { Count: > 0 } chosen ? chosen
            : arguments.Positionals.Count > 0 && !arguments.Has("attach-dependencies") ? arguments.Positionals
            : result.Services.Where(service => service.Attach).Select(service => service.Name);
        return services.Except(arguments.Values("no-attach")).ToHashSet(StringComparer.Ordinal);
    }

    private static async Task WaitAsync(ComposeContext context, UpResult result, TimeSpan? timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (timeout is { } time)
        {
            limit.CancelAfter(time);
        }

        await using var progress = context.CreateProgress("Waiting");
        try
        {
            var wait = new DependencyWait(context.Client, progress);
            await Task.WhenAll(result.Containers.Select(container => wait.HealthyAsync(container.Id, container.Name, mayLackCheck: true, limit.Token))).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new GantryException(ErrorKind.Unavailable, "application not healthy after " + GoDuration.Format(timeout ?? default));
        }
    }
}
