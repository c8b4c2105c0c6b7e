namespace Gantry.Runtime;

/// <summary>The OCI runtime refused: its stderr's last line as the message.</summary>
public sealed class RuntimeException(string message, bool notFound, bool notExecutable) : Exception(message)
{
    /// <summary>The executable was not found (exit code 127).</summary>
    public bool NotFound { get; } = notFound;
    /// <summary>It cannot be executed (exit code 126).</summary>
    public bool NotExecutable { get; } = notExecutable;
    /// <summary>The exit code of what did not start, as Docker tells it.</summary>
    public int ExitCode => NotFound ? 127 : NotExecutable ? 126 : 128;
}
