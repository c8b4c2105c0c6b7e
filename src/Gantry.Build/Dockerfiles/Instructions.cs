using Gantry.Images;

namespace Gantry.Build.Dockerfiles;

/// <summary>A parsed instruction. Words are as written: variables are expanded when the instruction is reached.</summary>
internal abstract record Instruction
{
    /// <summary>Line of the Dockerfile, from 1.</summary>
    public int Line { get; init; }

    /// <summary>The whole instruction on one line, as written.</summary>
    public string Text { get; init; } = "";

    /// <summary>Whether it came from the base image's ONBUILD.</summary>
    public bool IsTrigger { get; init; }
}

/// <param name="Name">Stage name in lower case, or null.</param>
internal sealed record FromInstruction(string Base, string? Name, string? Platform) : Instruction;

/// <summary>Shell form (one word, to be given to the shell) or exec form.</summary>
internal sealed record CommandLine(IReadOnlyList<string> Words, bool IsShell, IReadOnlyList<Heredoc> Heredocs);

internal sealed record RunInstruction(CommandLine Command, IReadOnlyList<string> Mounts, string? Network, string? Security) : Instruction;

/// <summary>COPY and ADD.</summary>
internal sealed record CopyInstruction(bool IsAdd, IReadOnlyList<string> Sources, IReadOnlyList<Heredoc> Contents, string Destination) : Instruction
{
    public string? From { get; init; }

    public string? Chown { get; init; }

    public string? Chmod { get; init; }

    public bool Link { get; init; }

    public bool Parents { get; init; }

    public IReadOnlyList<string> Exclude { get; init; } = [];

    public string? Checksum { get; init; }

    /// <summary>ADD --unpack; null leaves the default: local archives yes, remote ones no.</summary>
    public bool? Unpack { get; init; }
}

internal sealed record EnvInstruction(IReadOnlyList<KeyValuePair<string, string>> Pairs) : Instruction;

internal sealed record LabelInstruction(IReadOnlyList<KeyValuePair<string, string>> Pairs) : Instruction;

internal sealed record ArgInstruction(IReadOnlyList<KeyValuePair<string, string?>> Arguments) : Instruction;

internal sealed record WorkdirInstruction(string Path) : Instruction;

internal sealed record UserInstruction(string User) : Instruction;

internal sealed record ExposeInstruction(IReadOnlyList<string> Ports) : Instruction;

internal sealed record VolumeInstruction(IReadOnlyList<string> Paths) : Instruction;

internal sealed record CmdInstruction(CommandLine Command) : Instruction;

internal sealed record EntrypointInstruction(CommandLine Command) : Instruction;

internal sealed record HealthcheckInstruction(Healthcheck Healthcheck) : Instruction;

internal sealed record ShellInstruction(IReadOnlyList<string> Shell) : Instruction;

internal sealed record StopSignalInstruction(string Signal) : Instruction;

/// <param name="Expression">The instruction to run in images that build on this one, heredocs included.</param>
internal sealed record OnBuildInstruction(string Expression) : Instruction;

internal sealed record MaintainerInstruction(string Maintainer) : Instruction;
