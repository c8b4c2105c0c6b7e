namespace Gantry.Runtime;

/// <summary>The OCI runtime refused: its stderr's last line as the message.</summary>
public sealed class RuntimeException(string message, bool notFound, bool notExecutable) : Exception(message)
{
    /// <summary>The executable was not found (exit code 127).</summary>
    public bool NotFound { get; } = notFound;
    /// <summary>It cannot be executed (exit code 126).</summary>
    public bool NotExecutable { get; } = notExecutable;
}
