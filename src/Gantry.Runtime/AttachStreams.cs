namespace Gantry.Runtime;

/// <summary>Which of a process's streams a client wants.</summary>
[Flags]
public enum AttachStreams { None = 0, Stdin = 1, Stdout = 2, Stderr = 4, All = 7 }
