namespace Gantry.Cli.CommandLine;

/// <summary>How many arguments a command takes.</summary>
internal readonly record struct Arity(int Minimum, int Maximum)
{
    public static readonly Arity None = new(0, 0);
    public static readonly Arity Any = new(0, int.MaxValue);

    public static Arity Exactly(int count) => new(count, count);

    public static Arity AtLeast(int count) => new(count, int.MaxValue);

    public static Arity AtMost(int count) => new(0, count);

    public static Arity Between(int minimum, int maximum) => new(minimum, maximum);
}

/// <summary>What a command does; returns the process's exit code.</summary>
internal delegate Task<int> CommandAction(CommandContext context, IReadOnlyList<string> arguments, CancellationToken cancellationToken);

/// <summary>One verb of the command line.</summary>
internal sealed class Command
{
    /// <summary>With its arguments: <c>run [OPTIONS] IMAGE [COMMAND] [ARG...]</c>.</summary>
    public required string Usage { get; init; }

    public required string Summary { get; init; }

    /// <summary>Replaces the summary in the command's own help.</summary>
    public string? Description { get; init; }

    /// <summary>All paths that lead here, without the program's name; the first is the full one.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    public Arity Arity { get; init; } = Arity.None;

    /// <summary>A wrong number of arguments is told in cobra's words, without usage.</summary>
    public bool HasPlainArity { get; init; }

    public OptionTable Options { get; init; } = new();

    public required CommandAction Action { get; init; }

    /// <summary>Runs, but is not listed.</summary>
    public bool Hidden { get; init; }

    /// <summary>Options are left to the action.</summary>
    public bool TakesRawArguments { get; init; }

    public string Name => Usage.Split(' ')[0];
}

/// <summary>Commands under a common word: <c>container</c>, <c>image</c>.</summary>
/// <param name="Commands">By name and alias; made only when needed.</param>
internal sealed record CommandGroup(string Name, string Summary, IReadOnlyList<(string[] Names, Func<Command> Create)> Commands)
{
    /// <summary>Groups within the group: <c>trust key</c>.</summary>
    public IReadOnlyList<CommandGroup> Groups { get; init; } = [];

    /// <summary>Works with experimental daemons only, and is not listed.</summary>
    public bool Experimental { get; init; }

    /// <summary>Replaces the summary in the group's own help.</summary>
    public string? Description { get; init; }

    /// <summary>Its names, the full one first; nulls when there is no such command.</summary>
    public (string[] Names, Func<Command>? Create) Find(string name) => Commands.FirstOrDefault(c => c.Names.Contains(name));
}

/// <summary>Where words of a command line lead: to a command (<c>Create</c>), else to a group that the rest does not go on from.</summary>
/// <param name="Path">Full names: <c>container ls</c>.</param>
/// <param name="Rest">What is not part of the path: options and arguments.</param>
internal sealed record Resolution(string Path, Func<Command>? Create, CommandGroup? Group, IReadOnlyList<string> Rest);
