using System.Text;
using Gantry.Engine.Containers.Logs;
using Gantry.Runtime;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gantry.Engine.Tests;

/// <summary>Sending goes on through what fails, and ends where nothing is left to send.</summary>
public sealed class LogForwarderTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly string folder = Directory.CreateTempSubdirectory("gantry-forward-").FullName;

    private string Log => Path.Combine(folder, "x-json.log");

    public void Dispose()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_position_that_cannot_be_saved_holds_no_line_back()
    {
        Write("one", "two", "three");

        // In the way of the position's file, as a full disk would be.
        Directory.CreateDirectory(Log + ".sent.new");
        var sink = new Sink(broken: false);
        await RunAsync(sink).WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.Equal(["one\n", "two\n", "three\n"], sink.Sent);
    }

    [Fact]
    public async Task A_removed_container_waits_for_no_collector()
    {
        Write("one");
        var sink = new Sink(broken: true);
        var running = RunAsync(sink);
        await sink.Tried.Task.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Directory.Delete(folder, recursive: true);
        await running.WaitAsync(Patience, TestContext.Current.CancellationToken);
        Assert.True(sink.Disposed);
    }

    private Task RunAsync(Sink sink) => new LogForwarder(Log, NullLogger.Instance).RunAsync(sink, isOpen: false, Task.CompletedTask, CancellationToken.None);

    private void Write(params string[] lines) => File.WriteAllLines(Log, lines.Select((line, number) =>
        $$"""{"log":"{{line}}\n","stream":"stdout","time":"2026-11-24T23:05:35.{{number:000000000}}Z"}"""));

    private sealed class Sink(bool broken) : ILogSink
    {
        public List<string> Sent { get; } = [];

        public TaskCompletionSource Tried { get; } = new();

        public bool Disposed { get; private set; }

        public Task OpenAsync(CancellationToken cancellationToken)
        {
            Tried.TrySetResult();
            return broken ? throw new IOException("connection refused") : Task.CompletedTask;
        }

        public Task SendAsync(LogEntry entry, CancellationToken cancellationToken)
        {
            Sent.Add(Encoding.UTF8.GetString(entry.Line.Span));
            return Task.CompletedTask;
        }

        public void Dispose() => Disposed = true;
    }
}
