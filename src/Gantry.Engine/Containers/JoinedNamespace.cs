namespace Gantry.Engine.Containers;

/// <summary>The mode <c>container:NAME</c> of a network, PID or IPC namespace.</summary>
internal static class JoinedNamespace
{
    private const string Prefix = "container:";

    /// <summary>The name or ID of the container that is joined, which may be empty; null for any other mode.</summary>
    public static string? NameIn(string mode) => mode.StartsWith(Prefix, StringComparison.Ordinal) ? mode[Prefix.Length..] : null;
}
