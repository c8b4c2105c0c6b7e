using Gantry.Build.Dockerfiles;
using Gantry.Build.Files;
using Gantry.Build.Solve;
using Gantry.Core;
using Gantry.Images;

namespace Gantry.Build;

/// <summary>Dockerfile instructions over an image's settings without a build: what <c>--change</c> of commit and import does.</summary>
public static class DockerfileChanges
{
    /// <exception cref="GantryException">InvalidArgument for an instruction that is malformed or makes a layer.</exception>
    public static ProcessDefaults Apply(ProcessDefaults config, IReadOnlyList<string> changes)
    {
        var reader = new DockerfileReader(string.Join('\n', changes));
        var parser = new InstructionParser(reader.Escape);
        var instructions = new ConfigInstructions(reader.Escape, BuildArguments.None, epoch: null);
        var state = new StageState { Image = new ImageConfig { Config = config }, Variables = [.. config.Env.Select(StageState.Split)] };
        try
        {
            while (reader.Read() is { } line)
            {
                state = parser.Parse(line) switch
                {
                    WorkdirInstruction workdir => state.With(state.Config with { WorkingDir = SlashPath.Absolute(state.WorkingDirectory, instructions.Expand(state, workdir.Path)) }),
                    FromInstruction or ArgInstruction or RunInstruction or CopyInstruction => throw GantryException.Invalid($"{line.Text.Split(' ')[0].ToUpperInvariant()} is not a valid change command"),
                    var instruction => instructions.Apply(state, instruction),
                };
            }
        }
        catch (DockerfileException e)
        {
            throw GantryException.Invalid(e.Message);
        }

        return state.Config;
    }
}
