using System.Runtime.InteropServices;

namespace Gantry.Linux;

/// <summary>A system call failed: which one, on what, and the errno that callers decide by.</summary>
public sealed class LinuxException(string call, Errno errno, string? subject = null)
    : IOException(subject is null ? $"{call}: {Describe(errno)}" : $"{call} {subject}: {Describe(errno)}")
{
    public string Call { get; } = call;

    public Errno Errno { get; } = errno;

    /// <summary>What failed on what; null when the call alone says it.</summary>
    public string? Subject { get; } = subject;

    /// <summary>The errno in words: <c>no such device</c>.</summary>
    public string Reason => Marshal.GetPInvokeErrorMessage((int)Errno).ToLowerInvariant();

    /// <summary>The exception for the errno of the P/Invoke that just returned.</summary>
    public static LinuxException Last(string call, string? subject = null) =>
        new(call, (Errno)Marshal.GetLastPInvokeError(), subject);

    /// <summary>Returns <paramref name="result"/>, or throws for the last errno when it is negative.</summary>
    public static int Check(int result, string call, string? subject = null) =>
        result >= 0 ? result : throw Last(call, subject);

    private static string Describe(Errno errno) => $"{Marshal.GetPInvokeErrorMessage((int)errno).ToLowerInvariant()} ({errno})";
}
