using Gantry.Core;
using Gantry.Images;

namespace Gantry.Registry;

/// <summary>
/// Downloads of layers, a few at a time over all pulls. Pulls that want the same blob share one download; it ends early when
/// the last of them gave up.
/// </summary>
internal sealed class LayerDownloads(ContentStore content, int parallel) : IDisposable
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(100);

    private readonly Dictionary<Digest, Download> running = [];
    private readonly SemaphoreSlim slots = new(parallel);

    public async Task GetAsync(RemoteRepository repository, Descriptor blob, IProgress<TransferProgress> progress, CancellationToken cancellationToken)
    {
        Download? download;
        lock (running)
        {
            if (!running.TryGetValue(blob.Digest, out download))
            {
                running[blob.Digest] = download = new Download();
                download.Start(() => FetchAsync(repository, blob, download, download.Cancellation.Token));
            }

            download.Listeners = [.. download.Listeners, progress];
        }

        try
        {
            await download.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Leave(blob.Digest, download, progress);
        }
    }

    public void Dispose() => slots.Dispose();

    private void Leave(Digest digest, Download download, IProgress<TransferProgress> progress)
    {
        lock (running)
        {
            var rest = download.Listeners.ToList();
            rest.Remove(progress);
            download.Listeners = rest;
            if (rest.Count == 0 || download.Task.IsCompleted)
            {
                if (running.GetValueOrDefault(digest) == download)
                {
                    running.Remove(digest);
                }

                download.Cancellation.Cancel();
            }
        }
    }

    private async Task FetchAsync(RemoteRepository repository, Descriptor blob, Download download, CancellationToken cancellationToken)
    {
        var id = blob.Digest.Short;
        if (slots.CurrentCount == 0)
        {
            download.Report(new TransferProgress("Waiting", id));
        }

        await slots.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var last = 0L;
            await repository.DownloadAsync(
                blob, content,
                done =>
                {
                    if (Environment.TickCount64 - last >= ReportInterval.TotalMilliseconds)
                    {
                        last = Environment.TickCount64;
                        download.Report(new TransferProgress("Downloading", id) { Bytes = (done, blob.Size) });
                    }
                },
                pause => download.Report(new TransferProgress($"Retrying in {Math.Ceiling(pause.TotalSeconds)} second{(pause.TotalSeconds > 1 ? "s" : "")}", id)),
                cancellationToken).ConfigureAwait(false);
            download.Report(new TransferProgress("Verifying Checksum", id));
            download.Report(new TransferProgress("Download complete", id));
        }
        finally
        {
            slots.Release();
        }
    }

    private sealed class Download
    {
        public CancellationTokenSource Cancellation { get; } = new();

        public Task Task { get; private set; } = Task.CompletedTask;

        /// <summary>Replaced whole, under the lock.</summary>
        public IReadOnlyList<IProgress<TransferProgress>> Listeners { get; set; } = [];

        public void Start(Func<Task> work) => Task = Task.Run(work);

        public void Report(TransferProgress progress)
        {
            foreach (var listener in Listeners)
            {
                listener.Report(progress);
            }
        }
    }
}
