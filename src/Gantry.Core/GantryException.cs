namespace Gantry.Core;

/// <summary>
/// The one exception that crosses project boundaries on purpose. The message is what the user reads, in Docker's words
/// where clients match on them.
/// </summary>
public sealed class GantryException(ErrorKind kind, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    public ErrorKind Kind { get; } = kind;

    /// <summary>Exit code of the program whose failure this is; 0 when it is none's.</summary>
    public int ExitCode { get; init; }

    public static GantryException Invalid(string message) => new(ErrorKind.InvalidArgument, message);

    public static GantryException NotFound(string message) => new(ErrorKind.NotFound, message);

    public static GantryException Conflict(string message) => new(ErrorKind.Conflict, message);
}
