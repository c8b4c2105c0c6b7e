using Gantry.Core;

namespace Gantry.Client;

/// <summary>Tells what the daemon answered from what went wrong on this side; people see the first as "Error response from daemon".</summary>
public static class DaemonError
{
    private const string StatusKey = "Gantry.Status";

    extension(GantryException exception)
    {
        /// <summary>Whether the message is the daemon's own.</summary>
        public bool IsFromDaemon => exception.Data.Contains(StatusKey);

        /// <summary>The message as docker's tools print it.</summary>
        public string DisplayMessage => exception.IsFromDaemon ? "Error response from daemon: " + exception.Message : exception.Message;
    }

    internal static GantryException Create(ErrorKind kind, int status, string message)
    {
        var exception = new GantryException(kind, message);
        exception.Data[StatusKey] = status;
        return exception;
    }
}
