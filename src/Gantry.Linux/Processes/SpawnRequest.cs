namespace Gantry.Linux;

/// <summary>A program to start. Only the named descriptors reach it; its signal dispositions are the defaults.</summary>
public sealed class SpawnRequest
{
    public required string Path { get; init; }

    /// <summary>argv, with the program's name first.</summary>
    public required string[] Arguments { get; init; }

    /// <summary>NAME=value pairs: all the program gets to see.</summary>
    public required string[] Environment { get; init; }

    /// <summary>Pairs of (descriptor here, number there). Numbers 0 to 2 that are not named become /dev/null.</summary>
    public required (int Source, int Target)[] Descriptors { get; init; }

    /// <summary>Leads a session (and process group) of its own.</summary>
    public bool NewSession { get; init; }

    /// <summary>Signals blocked from the program's first instruction on: the only way a .NET program can use signalfd for them.</summary>
    public int[] BlockedSignals { get; init; } = [];
}
