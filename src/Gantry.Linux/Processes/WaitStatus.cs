namespace Gantry.Linux;

/// <summary>The status word of wait4(2), for a process that has ended.</summary>
public readonly record struct WaitStatus(int Value)
{
    /// <summary>The signal that ended it; 0 when it exited.</summary>
    public int Signal => Value & 0x7f;

    /// <summary>A shell's code, and Docker's: what it exited with, or 128 and the signal's number.</summary>
    public int ExitCode => Signal == 0 ? (Value >> 8) & 0xff : 128 + Signal;
}
