using System.Collections.Concurrent;
using Gantry.Build.Dockerfiles;
using Gantry.Build.Files;
using Gantry.Core;
using Gantry.Images;

namespace Gantry.Build.Solve;

/// <summary>One build from text to image: plan, all needed stages at once, the target's image.</summary>
internal sealed class BuildRun(BuildRequest request, BuildServices services, IProgress<BuildEvent> listener)
{
    private readonly InOrder progress = new(listener);

    public async Task<Image> RunAsync(CancellationToken cancellationToken)
    {
        var dockerfile = Dockerfile.Parse(ContextFiles.Dockerfile(request));
        var platform = request.Platform ?? Platform.Host;
        var arguments = ReadArguments(dockerfile, platform);
        foreach (var warning in dockerfile.Warnings)
        {
            progress.Report(new BuildEvent.Warning(warning.Message, warning.Line));
        }

        var plan = await new BuildPlanner(dockerfile, request, arguments, platform, services.Resolver, progress).PlanAsync(cancellationToken).ConfigureAwait(false);
        var ignored = request.ContextFiltered ? new PathMatcher([]) : ContextFiles.Ignored(request.ContextDirectory, request.DockerfileText is null ? request.DockerfilePath : null);
        var scope = new BuildScope(request, services, ignored);
        await using (scope.ConfigureAwait(false))
        {
            var state = await SolveAsync(scope, plan, arguments, dockerfile.Escape, platform, cancellationToken).ConfigureAwait(false);
            if (arguments.Unused is { Count: > 0 } unused)
            {
                progress.Report(new BuildEvent.Warning($"One or more build-args [{string.Join(' ', unused)}] were not consumed", 0));
            }

            return services.Images.Add(Finish(state), state.Layers);
        }
    }

    private static void Observe(Task task) => _ = task.Exception;

    private BuildArguments ReadArguments(Dockerfile dockerfile, Platform platform)
    {
        try
        {
            return new BuildArguments(request, dockerfile, platform);
        }
        catch (DockerfileException e)
        {
            throw GantryException.Invalid(e.Message);
        }
    }

    // The first failure stops the others; nothing is left running when this returns.
    private async Task<StageState> SolveAsync(BuildScope scope, BuildPlan plan, BuildArguments arguments, char escape, Platform platform, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var solving = new ConcurrentDictionary<StagePlan, Lazy<Task<StageState>>>();
        Exception? first = null;
        var all = plan.Stages.Select(Solve).ToArray();
        try
        {
            await Task.WhenAll(all).ConfigureAwait(false);
        }
        catch (Exception) when (first is not null)
        {
            Array.ForEach(all, Observe);
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(first);
        }

        return await Solve(plan.Target).ConfigureAwait(false);

        Task<StageState> Solve(StagePlan stage) => solving.GetOrAdd(stage, _ => new Lazy<Task<StageState>>(() => Task.Run(() => OneAsync(stage)))).Value;

        async Task<StageState> OneAsync(StagePlan stage)
        {
            try
            {
                var reporter = new StepReporter(progress, plan, stage, escape);
                return await new StageSolver(scope, stage, reporter, arguments, escape, platform, Solve).SolveAsync(stop.Token).ConfigureAwait(false);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref first, e, null);
                await stop.CancelAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    private ImageConfig Finish(StageState state)
    {
        var history = ImageHistory.Normalize(state.Image.History);
        var labels = new Dictionary<string, string>(state.Config.Labels);
        foreach (var (key, value) in request.Labels)
        {
            labels[key] = value;
        }

        var image = state.Image with
        {
            Created = history.LastOrDefault(entry => entry.Created is not null)?.Created ?? request.SourceDateEpoch,
            Config = state.Config with { Labels = labels },
            DiffIds = state.DiffIds,
            History = history,
        };
        return request.Platform is { } platform ? image with { Os = platform.Os, Architecture = platform.Architecture, Variant = platform.Variant ?? (platform.Architecture == image.Architecture ? image.Variant : null) } : image;
    }

    // Stages report from several threads; a listener hears one event after the other.
    private sealed class InOrder(IProgress<BuildEvent> listener) : IPacedProgress
    {
        private readonly Lock gate = new();

        public void Report(BuildEvent value)
        {
            lock (gate)
            {
                listener.Report(value);
            }
        }

        public ValueTask PaceAsync(CancellationToken cancellationToken) => listener is IPacedProgress paced ? paced.PaceAsync(cancellationToken) : ValueTask.CompletedTask;
    }
}
