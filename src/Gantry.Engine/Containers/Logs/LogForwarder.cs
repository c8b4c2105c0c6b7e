using Gantry.Runtime;
using Microsoft.Extensions.Logging;

namespace Gantry.Engine.Containers.Logs;

/// <summary>
/// Sends a container's lines from its file to a collector, in order. How far it came is kept beside the file: a later daemon goes on there, so
/// that what was written while there was none is sent, too. After a crash the last second may be sent again; nothing is left out unless the
/// file was rotated away meanwhile.
/// </summary>
internal sealed partial class LogForwarder(string logPath, ILogger logger)
{
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(10);

    private readonly string positionPath = logPath + ".sent";
    private string sentUntil = "";
    private DateTimeOffset saved;

    /// <summary>Goes on until <paramref name="ended"/> and the file's end, through any failure of the sink, or until the container is removed. Disposes the sink.</summary>
    public async Task RunAsync(ILogSink sink, bool isOpen, Task ended, CancellationToken cancellationToken)
    {
        using var owned = sink;
        sentUntil = File.Exists(positionPath) ? await File.ReadAllTextAsync(positionPath, cancellationToken) : "";
        var query = new LogQuery { Follow = true, After = sentUntil.Length > 0 ? sentUntil : null };
        try
        {
            await foreach (var entry in JsonFileLog.ReadAsync(logPath, query, ended, cancellationToken))
            {
                if (!await DeliverAsync(sink, isOpen, entry, cancellationToken))
                {
                    return;
                }

                isOpen = true;
                sentUntil = entry.TimeText;
                Save(force: false);
            }
        }
        finally
        {
            Save(force: true);
        }
    }

    // False: the container was removed, and nobody is to wait for its collector for ever.
    private async Task<bool> DeliverAsync(ILogSink sink, bool isOpen, LogEntry entry, CancellationToken cancellationToken)
    {
        var delay = FirstDelay;
        while (true)
        {
            try
            {
                if (!isOpen)
                {
                    await sink.OpenAsync(cancellationToken);
                    isOpen = true;
                }

                await sink.SendAsync(entry, cancellationToken);
                return true;
            }
            catch (IOException error)
            {
                if (delay == FirstDelay)
                {
                    LogInterrupted(error.Message);
                }

                isOpen = false;
                if (!IsThere)
                {
                    return false;
                }

                await Task.Delay(delay, cancellationToken);
                delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
            }
        }
    }

    private bool IsThere => Directory.Exists(Path.GetDirectoryName(positionPath));

    // Not synced: it is for the daemon's end, not the machine's. A full disk repeats lines after a restart; it must not end the sending.
    private void Save(bool force)
    {
        var now = DateTimeOffset.UtcNow;
        if (sentUntil.Length == 0 || (!force && now - saved <= SaveInterval) || !IsThere)
        {
            return;
        }

        saved = now;
        try
        {
            File.WriteAllText(positionPath + ".new", sentUntil);
            File.Move(positionPath + ".new", positionPath, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            LogNotSaved(error.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "log collector: how far it came is not saved: {Reason}")]
    private partial void LogNotSaved(string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "log collector: {Reason}; lines wait in the container's file")]
    private partial void LogInterrupted(string reason);
}
