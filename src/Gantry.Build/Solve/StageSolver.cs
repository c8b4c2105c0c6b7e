using Gantry.Build.Cache;
using Gantry.Build.Dockerfiles;
using Gantry.Build.Files;
using Gantry.Core;
using Gantry.Images;

namespace Gantry.Build.Solve;

/// <summary>Takes one stage through its instructions.</summary>
internal sealed class StageSolver(
    BuildScope scope, StagePlan stage, StepReporter reporter, BuildArguments arguments, char escape, Platform target, Func<StagePlan, Task<StageState>> solve)
{
    private readonly ConfigInstructions configuration = new(escape, arguments, scope.Request.SourceDateEpoch);
    private readonly LayerSteps layers = new(scope);
    private Digest identity;

    public async Task<StageState> SolveAsync(CancellationToken cancellationToken)
    {
        var state = await BaseAsync(cancellationToken).ConfigureAwait(false);
        foreach (var instruction in stage.Instructions)
        {
            cancellationToken.ThrowIfCancellationRequested();
            state = await StepAsync(instruction, state, cancellationToken).ConfigureAwait(false);
        }

        return state;
    }

    private async Task<StageState> BaseAsync(CancellationToken cancellationToken)
    {
        reporter.StartFrom(stage.Base is Source.OfImage image ? Pinned(image) : stage.BaseName);
        try
        {
            var (state, layer) = stage.Base switch
            {
                Source.OfStage { Stage: var parent } => (Inherit(await solve(parent).ConfigureAwait(false)), (Digest?)null),
                Source.OfImage { Image: var found } => (FromImage(found), found.Id),
                Source.OfDirectory directory => (await FromDirectoryAsync(directory, cancellationToken).ConfigureAwait(false), null),
                _ => (Empty(), (Digest?)null),
            };
            identity = layer ?? Identify(default, stage.BaseName, state);
            reporter.Complete(cached: false, layer, identity);
            return state;
        }
        catch (Exception e) when (Failed(e) is var failure)
        {
            if (failure is not null)
            {
                throw failure;
            }

            throw;
        }
    }

    private async Task<StageState> StepAsync(Instruction instruction, StageState state, CancellationToken cancellationToken)
    {
        reporter.Start(instruction, state);
        try
        {
            var (next, cached) = instruction switch
            {
                RunInstruction run => await RunAsync(run, state, cancellationToken).ConfigureAwait(false),
                CopyInstruction copy => await CopyAsync(copy, state, cancellationToken).ConfigureAwait(false),
                WorkdirInstruction workdir => await WorkdirAsync(workdir, state, cancellationToken).ConfigureAwait(false),
                _ => (configuration.Apply(state, instruction), false),
            };
            identity = Identify(identity, instruction.Text, next);
            cached |= !StagePlan.MakesLayer(instruction) && IsKnown(identity);
            reporter.Complete(cached, next.Layers.Count > state.Layers.Count ? next.Layers[^1].DiffId : null, identity);
            return next;
        }
        catch (Exception e) when (Failed(e) is var failure)
        {
            if (failure is not null)
            {
                throw failure;
            }

            throw;
        }
    }

    // What to throw instead, or null. A failure is told once: stages that wait for the one that failed see it too.
    private GantryException? Failed(Exception e)
    {
        if (e is not OperationCanceledException && scope.Failures.TryAdd(e, 0))
        {
            reporter.Fail(e.Message);
        }

        if (e is not DockerfileException)
        {
            return null;
        }

        var failure = GantryException.Invalid(e.Message);
        scope.Failures.TryAdd(failure, 0);
        return failure;
    }

    private async Task<(StageState State, bool Cached)> RunAsync(RunInstruction instruction, StageState state, CancellationToken cancellationToken)
    {
        var froms = instruction.Mounts.Select(RunMount.SourceOf).OfType<string>().Distinct();
        var sources = new Dictionary<string, (Source, IReadOnlyList<ImageLayer>)>();
        foreach (var from in froms)
        {
            sources[from] = await SourceAsync(from).ConfigureAwait(false);
        }

        var step = new RunStep(scope, instruction, state, arguments, from => from is null ? (new Source.Context(), []) : sources[from], escape);
        var key = await step.KeyAsync(cancellationToken).ConfigureAwait(false);
        var result = await layers.DoAsync(key, instruction.Text, state.Layers, (snapshot, token) => step.ExecuteAsync(snapshot, reporter.OutputAsync, token), cancellationToken).ConfigureAwait(false);
        return (Commit(state, step.CreatedBy, result), result.Cached);
    }

    private async Task<(StageState State, bool Cached)> CopyAsync(CopyInstruction instruction, StageState state, CancellationToken cancellationToken)
    {
        var (source, sourceLayers) = instruction.From is { } from ? await SourceAsync(from).ConfigureAwait(false) : (new Source.Context(), []);
        var step = new CopyStep(scope, instruction, state, source, sourceLayers, escape);
        var key = await step.KeyAsync(cancellationToken).ConfigureAwait(false);
        var result = await layers.DoAsync(key, instruction.Text, state.Layers, step.ExecuteAsync, cancellationToken).ConfigureAwait(false);
        return (Commit(state, step.CreatedBy, result), result.Cached);
    }

    private async Task<(StageState State, bool Cached)> WorkdirAsync(WorkdirInstruction instruction, StageState state, CancellationToken cancellationToken)
    {
        var path = SlashPath.Absolute(state.WorkingDirectory, configuration.Expand(state, instruction.Path));
        var moved = state.With(state.Config with { WorkingDir = path });
        if (path == "/")
        {
            return (moved.Commit("WORKDIR /", scope.Request.SourceDateEpoch, withLayer: false), false);
        }

        var result = await layers.DoAsync(WorkdirStep.Key(state, path), instruction.Text, state.Layers, (snapshot, _) => WorkdirStep.ExecuteAsync(state, path, snapshot), cancellationToken).ConfigureAwait(false);
        return (Commit(moved, $"WORKDIR {path}", result), result.Cached);
    }

    // A layer that turned out empty leaves no trace but the entry, which then takes its neighbour's time.
    private static StageState Commit(StageState state, string createdBy, LayerResult result) =>
        state.Commit(createdBy, result.Layer is null ? null : result.Created, withLayer: true, result.Layer);

    private async Task<(Source Source, IReadOnlyList<ImageLayer> Layers)> SourceAsync(string from) => stage.Sources[from] switch
    {
        Source.OfStage of => (of, (await solve(of.Stage).ConfigureAwait(false)).Layers),
        Source.OfImage of => (of, of.Image.Layers),
        var other => (other, []),
    };

    private StageState Empty() => WithPath(new StageState
    {
        Image = new ImageConfig { Architecture = (stage.Platform ?? target).Architecture, Os = (stage.Platform ?? target).Os, Variant = (stage.Platform ?? target).Variant },
    });

    private static StageState FromImage(Image image) => WithPath(new StageState
    {
        Image = image.Config with { Created = null, Config = image.Config.Config with { OnBuild = [] } },
        Layers = image.Layers,
        Variables = [.. image.Config.Config.Env.Select(StageState.Split)],
    });

    // A base stage's triggers have run by now, and are not handed on.
    private static StageState Inherit(StageState parent) => parent.With(parent.Config with { OnBuild = [] }) with { HasOwnCmd = false };

    private static StageState WithPath(StageState state) => state.Variable("PATH") is null ? state.WithEnv("PATH", StageState.DefaultPath) : state;

    private async Task<StageState> FromDirectoryAsync(Source.OfDirectory directory, CancellationToken cancellationToken)
    {
        var empty = Empty();
        var step = new CopyStep(scope, new CopyInstruction(false, ["."], [], "/"), empty, directory, [], escape);
        var key = await step.KeyAsync(cancellationToken).ConfigureAwait(false);
        var result = await layers.DoAsync(key, $"FROM {stage.BaseName}", [], step.ExecuteAsync, cancellationToken).ConfigureAwait(false);
        return empty with { Layers = result.Layer is null ? [] : [result.Layer] };
    }

    private static string Pinned(Source.OfImage image) => image.Name.Contains('@') ? image.Name : $"{image.Name}@{image.Image.Id}";

    // Whether an earlier build came to this state already.
    private bool IsKnown(Digest state)
    {
        if (!scope.Request.NoCache && scope.Services.Cache.FindSelection(state) is not null)
        {
            return true;
        }

        scope.Services.Cache.PutSelection(state, state);
        return false;
    }

    private static Digest Identify(Digest before, string instruction, StageState state)
    {
        using var key = new StepKey("state", [before, .. state.DiffIds]);
        return key.Add(instruction).Finish();
    }
}
