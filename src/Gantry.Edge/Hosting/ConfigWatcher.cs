using System.Runtime.InteropServices;

namespace Gantry.Edge.Hosting;

/// <summary>
/// Reloads when the file changes or SIGHUP comes. It looks rather than listens: inotify says nothing about a file replaced
/// behind a bind mount.
/// </summary>
internal sealed class ConfigWatcher : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource stop = new();
    private readonly SemaphoreSlim hangup = new(0);
    private readonly PosixSignalRegistration registration;
    private readonly Task loop;

    public ConfigWatcher(string path, Func<Task> reload)
    {
        registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            hangup.Release();
        });
        loop = RunAsync(path, reload, stop.Token);
    }

    public async ValueTask DisposeAsync()
    {
        registration.Dispose();
        await stop.CancelAsync();
        await loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
        hangup.Dispose();
    }

    private async Task RunAsync(string path, Func<Task> reload, CancellationToken cancellationToken)
    {
        var seen = Stamp(path);
        while (true)
        {
            var asked = await hangup.WaitAsync(Interval, cancellationToken);
            var now = Stamp(path);
            if (asked || (now != seen && now is not null))
            {
                seen = now;
                await reload();
            }
        }
    }

    private static (DateTime, long)? Stamp(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length) : null;
    }
}
