namespace Gantry.Runtime;

/// <summary>Another process for a running container.</summary>
public sealed record ExecSpec
{
    /// <summary>64 hex digits.</summary>
    public required string ExecId { get; init; }
    public required ProcessSpec Process { get; init; }
    public bool OpenStdin { get; init; }
    public bool Privileged { get; init; }
}
