using System.Globalization;
using Gantry.Build.Dockerfiles;
using Gantry.Core;

namespace Gantry.Build.Solve;

/// <summary>The stages that a target needs, in Dockerfile order, numbered.</summary>
internal sealed record BuildPlan(IReadOnlyList<StagePlan> Stages, StagePlan Target, int Steps);

/// <summary>Finds out what a target needs: bases and sources of stages, base images, their triggers.</summary>
internal sealed class BuildPlanner(Dockerfile dockerfile, BuildRequest request, BuildArguments arguments, Platform target, IImageResolver resolver, IProgress<BuildEvent> progress)
{
    private const string ImagePrefix = "docker-image://";

    private readonly Dictionary<(ImageReference, Platform), Task<Source.OfImage>> images = [];
    private readonly List<StagePlan> stages = [];

    /// <exception cref="GantryException">For a target, stage or image that is not there, and for circles.</exception>
    public async Task<BuildPlan> PlanAsync(CancellationToken cancellationToken)
    {
        foreach (var stage in dockerfile.Stages)
        {
            stages.Add(Expand(stage));
        }

        var goal = FindTarget();
        HashSet<StagePlan> needed = [];
        List<StagePlan> round = [goal];
        while (round.Count > 0)
        {
            await Task.WhenAll(round.Select(stage => ResolveAsync(stage, cancellationToken))).ConfigureAwait(false);
            needed.UnionWith(round);
            round = [.. round.SelectMany(stage => stage.Needs).Distinct().Where(stage => !needed.Contains(stage))];
        }

        if (stages.Count == 1 && stages[0].Sources.Values.All(source => source is Source.Context))
        {
            stages[0].DisplayName = "";
        }

        List<StagePlan> ordered = [.. needed.OrderBy(stage => stage.Index)];
        var steps = 0;
        foreach (var stage in ordered)
        {
            stage.FirstStep = steps + 1;
            steps += 1 + stage.Instructions.Count;
        }

        return new BuildPlan(ordered, goal, steps);
    }

    private StagePlan Expand(Stage stage)
    {
        var expander = new WordExpander(dockerfile.Escape);
        try
        {
            var name = expander.Expand(stage.From.Base, arguments.Global);
            if (name.Length == 0)
            {
                throw new DockerfileException($"base name ({stage.From.Base}) should not be blank");
            }

            return new StagePlan(stage, name, stage.From.Platform is { } platform ? ParsePlatform(expander, platform) : null);
        }
        catch (DockerfileException e)
        {
            throw GantryException.Invalid(e.Message);
        }
    }

    private Platform ParsePlatform(WordExpander expander, string written)
    {
        var text = expander.Expand(written, arguments.Global);
        if (text.Length == 0)
        {
            throw new DockerfileException($"empty platform value from expression {written}");
        }

        try
        {
            return Platform.Parse(text);
        }
        catch (FormatException error)
        {
            throw new DockerfileException($"failed to parse platform {written}: {error.Message}");
        }
    }

    private StagePlan FindTarget()
    {
        if (request.Target is not { Length: > 0 } name)
        {
            return stages[^1];
        }

        return stages.FindLast(stage => name.Equals(stage.From.Name, StringComparison.OrdinalIgnoreCase))
            ?? (int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < stages.Count ? stages[index] : null)
            ?? throw GantryException.Invalid($"target stage {GoText.Quote(name)} could not be found{Suggestion.For(name, stages.Select(stage => stage.From.Name ?? ""))}");
    }

    private async Task ResolveAsync(StagePlan stage, CancellationToken cancellationToken)
    {
        stage.Base = await BaseAsync(stage, cancellationToken).ConfigureAwait(false);
        if (NamedContext(stage.From.Name) is not null)
        {
            // The context given under the stage's name stands for the whole stage.
            stage.Instructions = [];
            return;
        }

        var triggers = stage.Base switch
        {
            Source.OfImage { Image.Config.Config.OnBuild: var onBuild } => onBuild,
            Source.OfStage { Stage: var parent } => [.. parent.Instructions.OfType<OnBuildInstruction>().Select(instruction => instruction.Expression)],
            _ => [],
        };
        stage.Instructions = [.. triggers.Select(trigger => Dockerfile.ParseTrigger(trigger, stage.From.Line)), .. stage.Instructions];
        foreach (var instruction in stage.Instructions)
        {
            switch (instruction)
            {
                case CopyInstruction { From: { } from }:
                    await AddSourceAsync(stage, from, byIndex: true, cancellationToken).ConfigureAwait(false);
                    break;
                case RunInstruction run:
                    foreach (var from in run.Mounts.Select(RunMount.SourceOf).OfType<string>())
                    {
                        await AddSourceAsync(stage, from, byIndex: false, cancellationToken).ConfigureAwait(false);
                    }

                    break;
            }
        }
    }

    private async Task<Source> BaseAsync(StagePlan stage, CancellationToken cancellationToken)
    {
        if (NamedContext(stage.From.Name) is { } replacement)
        {
            return await ContextAsync(replacement, stage.Platform ?? target, cancellationToken).ConfigureAwait(false);
        }

        if (stages.FindLast(other => other.Index < stage.Index && stage.BaseName.Equals(other.From.Name, StringComparison.OrdinalIgnoreCase)) is { } parent)
        {
            return new Source.OfStage(parent);
        }

        return await FindAsync(stage.BaseName, stage.Platform ?? target, cancellationToken).ConfigureAwait(false);
    }

    private async Task AddSourceAsync(StagePlan stage, string from, bool byIndex, CancellationToken cancellationToken)
    {
        if (stage.Sources.ContainsKey(from))
        {
            return;
        }

        if (from.Contains('$'))
        {
            throw GantryException.Invalid("variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a workaround");
        }

        var other = stages.FindLast(s => from.Equals(s.From.Name, StringComparison.OrdinalIgnoreCase));
        if (other is null && byIndex && int.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
        {
            other = index < stages.Count ? stages[index] : throw GantryException.Invalid($"invalid stage index {index}");
        }

        if (other is not null)
        {
            stage.Sources[from] = other.Index < stage.Index ? new Source.OfStage(other)
                : other == stage ? throw GantryException.Invalid($"circular dependency detected on stage: {stage.DisplayName}")
                : throw GantryException.Invalid($"cannot copy from stage {GoText.Quote(from)}, it needs to be defined before current stage {GoText.Quote(stage.DisplayName)}");
            return;
        }

        stage.Sources[from] = await FindAsync(from, target, cancellationToken).ConfigureAwait(false);
    }

    private async Task<Source> FindAsync(string name, Platform platform, CancellationToken cancellationToken) =>
        name == "scratch" ? new Source.Scratch()
        : NamedContext(name) is { } context ? await ContextAsync(context, platform, cancellationToken).ConfigureAwait(false)
        : await ImageAsync(name, platform, cancellationToken).ConfigureAwait(false);

    private async Task<Source> ContextAsync(string context, Platform platform, CancellationToken cancellationToken) =>
        context.StartsWith(ImagePrefix, StringComparison.Ordinal) ? await ImageAsync(context[ImagePrefix.Length..], platform, cancellationToken).ConfigureAwait(false)
        : Directory.Exists(context) ? new Source.OfDirectory(context)
        : throw GantryException.Invalid($"unsupported named context {GoText.Quote(context)}");

    private Task<Source.OfImage> ImageAsync(string name, Platform platform, CancellationToken cancellationToken)
    {
        ImageReference reference;
        try
        {
            reference = ImageReference.Parse(name).WithDefaultTag();
        }
        catch (FormatException e)
        {
            throw GantryException.Invalid($"failed to parse stage name {GoText.Quote(name)}: {e.Message}");
        }

        lock (images)
        {
            if (!images.TryGetValue((reference, platform), out var resolving))
            {
                images[(reference, platform)] = resolving = ResolveImageAsync(reference, platform, cancellationToken);
            }

            return resolving;
        }
    }

    private async Task<Source.OfImage> ResolveImageAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken)
    {
        var options = new ResolveOptions(request.Pull, request.Registries, progress) { FindCredentials = request.FindCredentials };
        return new(reference.ToString(), await resolver.ResolveAsync(reference, platform, options, cancellationToken).ConfigureAwait(false));
    }

    // "alpine" also answers to "docker.io/library/alpine:latest".
    private string? NamedContext(string? name)
    {
        if (name is null or "scratch" or "context" || request.NamedContexts.Count == 0)
        {
            return null;
        }

        var reference = ImageReference.TryParse(name, null, out var parsed) ? parsed.WithDefaultTag() : null;
        return request.NamedContexts.FirstOrDefault(context =>
            context.Key.Equals(name, StringComparison.OrdinalIgnoreCase)
            || (reference is not null && ImageReference.TryParse(context.Key, null, out var key) && key.WithDefaultTag() == reference)).Value;
    }
}
