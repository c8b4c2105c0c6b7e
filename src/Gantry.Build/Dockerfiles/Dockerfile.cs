using Gantry.Core;

namespace Gantry.Build.Dockerfiles;

/// <summary>A stage as written: its FROM and what follows.</summary>
internal sealed record Stage(int Index, FromInstruction From, IReadOnlyList<Instruction> Instructions);

/// <summary>A parsed Dockerfile. <c># syntax=</c> is accepted and means this parser, whatever it names.</summary>
internal sealed record Dockerfile(IReadOnlyList<ArgInstruction> GlobalArguments, IReadOnlyList<Stage> Stages, char Escape, IReadOnlyList<DockerfileWarning> Warnings)
{
    /// <exception cref="GantryException">InvalidArgument, "dockerfile parse error on line 3: unknown instruction: FOO".</exception>
    public static Dockerfile Parse(string text)
    {
        var reader = new DockerfileReader(text);
        List<ArgInstruction> globals = [];
        List<(FromInstruction From, List<Instruction> Instructions)> stages = [];
        try
        {
            while (reader.Read() is { } line)
            {
                switch (new InstructionParser(reader.Escape).Parse(line))
                {
                    case FromInstruction from:
                        stages.Add((from, []));
                        break;
                    case ArgInstruction argument when stages.Count == 0:
                        globals.Add(argument);
                        break;
                    case var instruction when stages.Count > 0:
                        stages[^1].Instructions.Add(instruction);
                        break;
                    default:
                        throw new DockerfileException("no build stage in current context");
                }
            }
        }
        catch (DockerfileException e)
        {
            throw GantryException.Invalid($"dockerfile parse error on line {reader.Line}: {e.Message}");
        }

        if (stages.Count == 0)
        {
            throw GantryException.Invalid(
                text.Length == 0 ? "the Dockerfile cannot be empty"
                : globals.Count == 0 ? "file with no instructions"
                : "dockerfile contains no stages to build");
        }

        return new Dockerfile(globals, [.. stages.Select((stage, index) => new Stage(index, stage.From, stage.Instructions))], reader.Escape, reader.Warnings);
    }

    /// <summary>An ONBUILD trigger of a base image, as if it stood at the FROM's line.</summary>
    public static Instruction ParseTrigger(string expression, int line)
    {
        var reader = new DockerfileReader(expression);
        try
        {
            var first = reader.Read() ?? throw new DockerfileException("file with no instructions");
            var instruction = new InstructionParser(reader.Escape).Parse(first);
            return reader.Read() is null ? instruction with { Line = line, IsTrigger = true } : throw new DockerfileException("onbuild trigger should be a single expression");
        }
        catch (DockerfileException e)
        {
            throw GantryException.Invalid($"dockerfile parse error on line {line}: {e.Message}");
        }
    }
}
