using Gantry.Linux;

namespace Gantry.Daemon.Http;

/// <summary>What a client reads of an exception.</summary>
internal static class ErrorText
{
    /// <summary>The exception's message; a full disk in the words that all tools use for it, whoever found it full.</summary>
    public static string Of(Exception error)
    {
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is LinuxException { Errno: Errno.ENOSPC } or IOException { HResult: (int)Errno.ENOSPC })
            {
                return "no space left on device";
            }
        }

        return error.Message;
    }
}
