namespace Gantry.Cli.CommandLine;

/// <summary>Ends the command with an exit code and, unless empty, a message as it is.</summary>
internal sealed class ExitException(int code, string message = "") : Exception(message)
{
    public int Code { get; } = code;
}
