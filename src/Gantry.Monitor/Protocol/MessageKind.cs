namespace Gantry.Monitor.Protocol;

/// <summary>
/// What daemon and monitor say to each other on the control socket. A message is its kind (1 byte), the payload's length (4 bytes,
/// little-endian) and the payload. This file is compiled into both.
/// </summary>
internal enum MessageKind : byte
{
    /// <summary>To the monitor: take on this container or exec (<see cref="LaunchText"/>). Answered by Created or Failed.</summary>
    Launch = 1,

    /// <summary>To the monitor: let the process run. Answered by Started or Failed.</summary>
    Start = 2,

    /// <summary>To the monitor: columns, rows (2 bytes each). Not answered.</summary>
    Resize = 3,

    /// <summary>To the monitor: signal (4 bytes). Answered by Done.</summary>
    Kill = 4,

    /// <summary>To the monitor, first on a connection: 1 byte of stream flags. Answered by one byte; from then on raw stdin and framed output.</summary>
    Attach = 5,

    /// <summary>To the monitor, first on a connection of a later daemon. Answered by State, once the process is created.</summary>
    Hello = 6,

    /// <summary>The process exists: pid (4 bytes).</summary>
    Created = 128,

    /// <summary>The runtime's exit code (4 bytes) and what it wrote to stderr.</summary>
    Failed = 129,

    /// <summary>The process runs: pid (4 bytes).</summary>
    Started = 130,

    /// <summary>It has ended and its output is in the log: code (4 bytes), Unix nanoseconds (8 bytes), OOM killed (1 byte).</summary>
    Exited = 131,

    /// <summary>started (1 byte), pid (4 bytes).</summary>
    State = 132,

    /// <summary>An errno (4 bytes), 0 for success.</summary>
    Done = 133,
}
