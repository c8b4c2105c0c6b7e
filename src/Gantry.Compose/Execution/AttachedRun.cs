using System.Globalization;
using System.Runtime.InteropServices;
using Gantry.Client;
using Gantry.Compose.Commands;
using Gantry.Compose.Model;
using Gantry.Compose.Output;
using Gantry.Compose.Planning;

namespace Gantry.Compose.Execution;

/// <summary><c>up</c> in the foreground: shows the logs until all have ended, one ends that must not, or the user has enough.</summary>
internal sealed class AttachedRun(ComposeContext context, Project project, UpResult result, DateTimeOffset started)
{
    private readonly TaskCompletionSource stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource force = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool AbortsOnExit { get; init; }

    public bool AbortsOnFailure { get; init; }

    public string? ExitCodeFrom { get; init; }

    public TimeSpan? Timeout { get; init; }

    public required IReadOnlySet<string> Attach { get; init; }

    public bool Prefixed { get; init; } = true;

    public bool Colored { get; init; }

    public bool Timestamps { get; init; }

    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Interrupted);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Interrupted);
        await using var cancelled = cancellationToken.Register(() => stop.TrySetResult()).ConfigureAwait(false);
        using var ending = new CancellationTokenSource();

        var printer = new LogPrinter(context.Out, Prefixed, Colored);
        var attached = result.Containers.Where(container => Attach.Contains(container.Service)).ToList();
        var sources = attached.ToDictionary(container => container.Id, container => printer.Add(ShortName(container)), StringComparer.Ordinal);
        await context.Out.WriteLineAsync($"Attaching to {string.Join(", ", attached.Select(ShortName))}").ConfigureAwait(false);

        var exits = result.Containers.Select(container => WatchAsync(container, sources.GetValueOrDefault(container.Id), ending.Token)).ToList();
        var deciding = DecideAsync(exits);
        var first = await Task.WhenAny(deciding, stop.Task).ConfigureAwait(false);
        if (first == deciding && await deciding.ConfigureAwait(false) is not { } decisive)
        {
            return 0;
        }

        var code = first == deciding ? (await deciding.ConfigureAwait(false))!.Value.Code : 130;
        await StopAllAsync(first == deciding).ConfigureAwait(false);
        var all = await Settle(exits, ending).ConfigureAwait(false);
        return ExitCodeFrom is { } service && all.FirstOrDefault(exit => exit.Service == service) is { Service: not null } exit ? exit.Code : code;
    }

    private void Interrupted(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (!stop.TrySetResult())
        {
            force.TrySetResult();
        }
    }

    private readonly record struct Exit(string Service, int Code);

    private async Task<Exit> WatchAsync(UpContainer container, LogPrinter.Source? source, CancellationToken cancellationToken)
    {
        int? code;
        if (source is null)
        {
            code = (int)(await context.Client.Containers.WaitAsync(container.Id, "not-running", cancellationToken).ConfigureAwait(false)).StatusCode;
        }
        else
        {
            // What a container had said before this run is history.
            var since = container.IsNew ? null : Seconds(started);
            var options = new LogOptions { Follow = true, Timestamps = Timestamps, Since = since };
            code = await new LogFollower(context.Client).CopyAsync(container.Id, options, source, cancellationToken).ConfigureAwait(false);
            await context.Out.WriteLineAsync($"{ShortName(container)} exited with code {code ?? 0}").ConfigureAwait(false);
        }

        return new Exit(container.Service, code ?? 0);
    }

    private static string Seconds(DateTimeOffset instant) =>
        ((instant - DateTimeOffset.UnixEpoch).Ticks / (decimal)TimeSpan.TicksPerSecond).ToString("F6", CultureInfo.InvariantCulture);

    // The exit that ends the run, or null when all have ended by themselves.
    private async Task<Exit?> DecideAsync(List<Task<Exit>> exits)
    {
        await foreach (var task in Task.WhenEach(exits).ConfigureAwait(false))
        {
            var exit = await task.ConfigureAwait(false);
            if ((AbortsOnExit && (ExitCodeFrom is null || exit.Service == ExitCodeFrom || Attach.Contains(exit.Service))) || (AbortsOnFailure && exit.Code != 0))
            {
                return exit;
            }
        }

        return null;
    }

    private async Task StopAllAsync(bool aborting)
    {
        await context.Host.Error.WriteLineAsync(aborting ? "Aborting on container exit..." : "Gracefully stopping... (press Ctrl+C again to force)").ConfigureAwait(false);
        using var hurry = new CancellationTokenSource();
        await using var progress = context.CreateProgress("Stopping");
        var work = new ContainerWork(context.Client, progress) { Timeout = Timeout };
        var containers = await StateReader.ContainersAsync(context.Client, project.Name, CancellationToken.None).ConfigureAwait(false);
        var mine = containers.Where(container => container.IsRunning && result.Containers.Any(other => other.Id == container.Id)).ToList();
        var stopping = ServiceGraph.WalkAsync(
            result.Services,
            reverse: true,
            (service, token) => Task.WhenAll(mine.Where(container => container.Service == service.Name).Select(container => work.StopAsync(container, token))),
            hurry.Token);
        if (await Task.WhenAny(stopping, force.Task).ConfigureAwait(false) == force.Task)
        {
            await Task.WhenAll(mine.Select(container => work.KillAsync(container, "SIGKILL", CancellationToken.None))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await hurry.CancelAsync().ConfigureAwait(false);
        }

        await stopping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    // Lets the last lines arrive, but no longer than they may take.
    private static async Task<IReadOnlyList<Exit>> Settle(List<Task<Exit>> exits, CancellationTokenSource ending)
    {
        ending.CancelAfter(TimeSpan.FromSeconds(2));
        await ((Task)Task.WhenAll(exits)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return [.. exits.Where(task => task.IsCompletedSuccessfully).Select(task => task.Result)];
    }

    private string ShortName(UpContainer container) =>
        container.Name.StartsWith(project.Name + "-", StringComparison.Ordinal) ? container.Name[(project.Name.Length + 1)..] : container.Name;
}
