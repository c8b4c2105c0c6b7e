using System.Text;
using Gantry.Runtime;

namespace Gantry.Engine.Containers;

/// <summary>What an attach asks for.</summary>
public sealed record AttachOptions
{
    public bool Stream { get; init; }

    /// <summary>Past output first.</summary>
    public bool Logs { get; init; }

    public bool Stdin { get; init; }

    public bool Stdout { get; init; }

    public bool Stderr { get; init; }

    /// <summary>Keys that detach when typed on a terminal: <c>ctrl-p,ctrl-q</c> when null.</summary>
    public string? DetachKeys { get; init; }

    internal AttachStreams Streams =>
        (Stdin ? AttachStreams.Stdin : 0) | (Stdout ? AttachStreams.Stdout : 0) | (Stderr ? AttachStreams.Stderr : 0);
}

/// <summary>A connected attach or exec session, to be pumped over a hijacked connection.</summary>
public sealed class AttachedSession : IAsyncDisposable
{
    private readonly Task<ProcessStreams?> connected;
    private readonly Func<Stream, CancellationToken, Task>? replay;
    private readonly bool hasInput;
    private readonly byte[] detachKeys;
    private readonly Action? onDispose;
    private readonly Action? onDetach;
    private readonly Task settled;

    internal AttachedSession(bool terminal, Task<ProcessStreams?> connected, bool hasInput, string? detachKeys, Func<Stream, CancellationToken, Task>? replay = null, Action? onDetach = null, Action? onDispose = null, Task? settled = null)
    {
        Terminal = terminal;
        this.connected = connected;
        this.hasInput = hasInput;
        this.detachKeys = terminal ? Containers.DetachKeys.Parse(detachKeys) : [];
        this.replay = replay;
        this.onDetach = onDetach;
        this.onDispose = onDispose;
        this.settled = settled ?? Task.CompletedTask;
    }

    /// <summary>Called once the output was copied or the session is given up; may be called twice.</summary>
    internal Action? OnEnd { get; init; }

    /// <summary>The process has a terminal: its output is raw bytes instead of 8-byte frames.</summary>
    public bool Terminal { get; }

    /// <summary>What the client gets: raw bytes, or frames. Null: as the process gives them.</summary>
    internal bool? Raw { get; init; }

    /// <summary>
    /// Copies both ways until the output ended, the client left (cancellation) or typed the detach keys. The end of
    /// <paramref name="input"/> is a half-close of stdin.
    /// </summary>
    public async Task PumpAsync(Stream input, Stream output, CancellationToken cancellationToken)
    {
        if (replay is not null)
        {
            await replay(output, cancellationToken);
        }

        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var streams = await connected.WaitAsync(cancellationToken);
        if (streams is null)
        {
            return;
        }

        await using var owned = streams;
        var inbound = hasInput ? PumpInputAsync(input, streams, ended) : Task.CompletedTask;
        try
        {
            await ((Raw ?? Terminal, Terminal) switch
            {
                (false, true) => OutputFraming.CopyFramedAsync(streams.Output, output, ended.Token),
                (true, false) => OutputFraming.CopyRawAsync(streams.Output, output, ended.Token),
                _ => CopyAsync(streams.Output, output, ended.Token),
            });

            // The client asks for the exit code as soon as its connection ends: it must be known by then.
            await settled.WaitAsync(ended.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Detached by keys.
        }
        finally
        {
            OnEnd?.Invoke();
            await ended.CancelAsync();
            await inbound.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async ValueTask DisposeAsync()
    {
        OnEnd?.Invoke();
        onDispose?.Invoke();
        if (connected.IsCompletedSuccessfully && await connected is { } streams)
        {
            await streams.DisposeAsync();
        }
    }

    /// <summary>One line on the session's standard output.</summary>
    internal static Func<Stream, CancellationToken, Task> Message(bool raw, string text) => async (output, cancellationToken) =>
    {
        var payload = Encoding.UTF8.GetBytes(text);
        if (!raw)
        {
            var header = new byte[OutputFraming.HeaderLength];
            OutputFraming.WriteHeader(header, LogSource.Stdout, payload.Length);
            await output.WriteAsync(header, cancellationToken);
        }

        await output.WriteAsync(payload, cancellationToken);
        await output.FlushAsync(cancellationToken);
    };

    private static async Task CopyAsync(Stream from, Stream to, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 << 10];
        int count;
        while ((count = await from.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            await to.FlushAsync(cancellationToken);
        }
    }

    private async Task PumpInputAsync(Stream input, ProcessStreams streams, CancellationTokenSource ended)
    {
        var watch = new DetachKeys(detachKeys);
        var buffer = new byte[32 << 10];
        try
        {
            int count;
            while ((count = await input.ReadAsync(buffer, ended.Token)) > 0)
            {
                var (pass, detached) = watch.Filter(buffer.AsSpan(0, count));
                if (pass.Length > 0)
                {
                    await streams.Input.WriteAsync(pass, ended.Token);
                    await streams.Input.FlushAsync(ended.Token);
                }

                if (detached)
                {
                    onDetach?.Invoke();
                    await ended.CancelAsync();
                    return;
                }
            }

            streams.CloseInput();
        }
        catch (IOException)
        {
            // The process no longer reads, or the client vanished: the output side ends the session.
        }
    }
}
