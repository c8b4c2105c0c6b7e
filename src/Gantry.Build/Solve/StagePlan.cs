using Gantry.Build.Dockerfiles;
using Gantry.Core;

namespace Gantry.Build.Solve;

/// <summary>A stage ready to be solved: its base found, the base's triggers in front, its sources known.</summary>
internal sealed class StagePlan(Stage stage, string baseName, Platform? platform)
{
    public int Index => stage.Index;

    public FromInstruction From => stage.From;

    /// <summary>As in FROM, with variables expanded.</summary>
    public string BaseName { get; } = baseName;

    public Platform? Platform { get; } = platform;

    /// <summary>Its name, <c>stage-2</c> without one; empty in a Dockerfile with one stage and no other sources.</summary>
    public string DisplayName { get; set; } = stage.From.Name ?? $"stage-{stage.Index}";

    /// <summary>Set when the stage was found to be needed.</summary>
    public Source? Base { get; set; }

    public IReadOnlyList<Instruction> Instructions { get; set; } = stage.Instructions;

    /// <summary>What COPY --from and mounts name, by the name as written.</summary>
    public Dictionary<string, Source> Sources { get; } = [];

    /// <summary>The number of its FROM over all needed stages.</summary>
    public int FirstStep { get; set; }

    /// <summary>The stages that must be solved for this one.</summary>
    public IEnumerable<StagePlan> Needs => Sources.Values.Append(Base).OfType<Source.OfStage>().Select(source => source.Stage);

    /// <summary>How many of its instructions BuildKit counts: those that make a layer, and an image's FROM.</summary>
    public int Vertices => Instructions.Count(MakesLayer) + (Base is Source.OfImage ? 1 : 0);

    public static bool MakesLayer(Instruction instruction) => instruction is RunInstruction or CopyInstruction or WorkdirInstruction;
}
