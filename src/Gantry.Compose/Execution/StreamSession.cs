using System.Runtime.InteropServices;
using Gantry.Client.Streams;

namespace Gantry.Compose.Execution;

/// <summary>Connects the user's streams with those of a process in a container until its output ends.</summary>
internal sealed class StreamSession(ComposeHost host)
{
    /// <param name="resize">Told rows and columns when the terminal changes.</param>
    public async Task RunAsync(HijackedStream stream, bool tty, bool interactive, Func<int, int, Task> resize, CancellationToken cancellationToken)
    {
        using var raw = tty ? host.EnterRawMode?.Invoke() : null;
        using var resized = tty ? PosixSignalRegistration.Create(PosixSignal.SIGWINCH, signal =>
        {
            var (width, height) = host.TerminalSize();
            resize(height, width).ContinueWith(task => task.Exception, TaskScheduler.Default);
        }) : null;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        // Reading the terminal cannot be cancelled: the task is left behind when the output ends.
        var input = interactive ? Task.Run(() => SendAsync(stream, ended.Token), ended.Token) : Task.CompletedTask;
        await ReceiveAsync(stream, tty, cancellationToken).ConfigureAwait(false);
        await ended.CancelAsync().ConfigureAwait(false);
        if (input.IsFaulted)
        {
            _ = input.Exception;
        }
    }

    private async Task ReceiveAsync(HijackedStream stream, bool tty, CancellationToken cancellationToken)
    {
        await using var output = host.OpenOutput?.Invoke() ?? new WriterStream(host.Out);
        if (tty)
        {
            await stream.CopyToAsync(output, cancellationToken).ConfigureAwait(false);
            return;
        }

        await using var error = host.OpenError?.Invoke() ?? new WriterStream(host.Error);
        await MultiplexedStream.CopyAsync(stream, output, error, cancellationToken).ConfigureAwait(false);
    }

    private async Task SendAsync(HijackedStream stream, CancellationToken cancellationToken)
    {
        try
        {
            await using var input = host.OpenInput();
            await input.CopyToAsync(stream, cancellationToken).ConfigureAwait(false);
            await stream.CloseWriteAsync().ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The process has ended; what was typed after that goes nowhere.
        }
    }

    /// <summary>Bytes for a text writer.</summary>
    private sealed class WriterStream(TextWriter writer) : MemoryStream
    {
        private readonly System.Text.Decoder decoder = System.Text.Encoding.UTF8.GetDecoder();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var text = new char[decoder.GetCharCount(buffer.Span, flush: false)];
            decoder.GetChars(buffer.Span, text, flush: false);
            await writer.WriteAsync(text.AsMemory(), cancellationToken).ConfigureAwait(false);
        }
    }
}
