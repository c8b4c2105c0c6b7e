using System.Globalization;
using System.Text;
using Gantry.Core;
using Gantry.Engine.Events;
using Gantry.Images;
using Gantry.Runtime;

namespace Gantry.Engine.Containers;

/// <summary>Runs the probes of containers that have a healthcheck, by Docker's rules of intervals, start period and retries.</summary>
internal sealed class HealthChecks(ContainerRegistry containers, ContainerRoots roots, EventService events, TimeProvider time)
{
    private const int KeptProbes = 5;
    private const int OutputLimit = 4096;
    private static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DefaultStartInterval = TimeSpan.FromSeconds(5);

    public static HealthState? Initial(Healthcheck? check) => Command(check, null) is null ? null : new HealthState("starting", 0, []);

    /// <summary>Probes until <paramref name="scope"/> is cancelled at the end of the run.</summary>
    public async Task RunAsync(ContainerEntry entry, ContainerProcess process, CancellationToken scope)
    {
        var check = entry.Container.Settings.Healthcheck;
        if (check is null || Command(check, entry.Container.Settings.Shell) is not { } command)
        {
            return;
        }

        var interval = Or(check.Interval, DefaultInterval);
        var startInterval = Or(check.StartInterval, DefaultStartInterval);
        var started = time.GetUtcNow();
        while (true)
        {
            // Docker: the shorter interval holds during the start period until the first success.
            var starting = entry.Container.State.Health?.Status == "starting" && time.GetUtcNow() - started < check.StartPeriod;
            await Task.Delay(starting ? startInterval : interval, time, scope);
            if (entry.Container.State.Status == ContainerStatus.Paused)
            {
                continue;
            }

            var probe = await ProbeAsync(entry.Container, process, command, Or(check.Timeout, DefaultInterval), scope);
            using var held = await entry.Gate.AcquireAsync(scope);
            scope.ThrowIfCancellationRequested();
            Record(entry, check, probe, time.GetUtcNow() - started < check.StartPeriod);
        }
    }

    private static TimeSpan Or(TimeSpan asked, TimeSpan fallback) => asked > TimeSpan.Zero ? asked : fallback;

    private static IReadOnlyList<string>? Command(Healthcheck? check, IReadOnlyList<string>? shell) => check?.Test switch
    {
        null or [] or ["NONE", ..] => null,
        ["CMD", ..] => [.. check.Test.Skip(1)],
        ["CMD-SHELL", ..] => [.. shell is { Count: > 0 } ? shell : ["/bin/sh", "-c"], .. check.Test.Skip(1)],
        _ => null,
    };

    private void Record(ContainerEntry entry, Healthcheck check, HealthProbe probe, bool inStartPeriod)
    {
        var old = entry.Container.State.Health ?? new HealthState("starting", 0, []);
        var healthy = probe.ExitCode == 0;
        var streak = healthy ? 0 : inStartPeriod && old.Status == "starting" ? old.FailingStreak : old.FailingStreak + 1;
        var retries = check.Retries > 0 ? check.Retries : 3;
        var status = healthy ? "healthy" : streak >= retries ? "unhealthy" : old.Status;
        var container = containers.Update(entry, current => current with
        {
            State = current.State with { Health = new HealthState(status, streak, [.. old.Log.TakeLast(KeptProbes - 1), probe]) },
        });
        if (status != old.Status)
        {
            events.Publish(container, $"health_status: {status}");
        }
    }

    private async Task<HealthProbe> ProbeAsync(Container container, ContainerProcess process, IReadOnlyList<string> command, TimeSpan timeout, CancellationToken scope)
    {
        var start = time.GetUtcNow();
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(scope);
        deadline.CancelAfter(timeout);
        try
        {
            var spec = new ExecSpec
            {
                ExecId = ContainerId.New().ToString(),
                Process = LaunchBuilder.ExecProcess(container, roots.PathOf(container.Id), command, [], "", "", terminal: false, size: null),
            };
            events.PublishExec(container, spec.ExecId, ObjectEvents.ExecAction("exec_create", command));
            var output = new MemoryStream();
            await using var exec = await process.ExecAsync(spec, scope);
            try
            {
                await using var streams = await exec.AttachAsync(AttachStreams.Stdout | AttachStreams.Stderr, deadline.Token);
                await exec.StartAsync(deadline.Token);
                events.PublishExec(container, spec.ExecId, ObjectEvents.ExecAction("exec_start", command));
                await OutputFraming.ReadAsync(streams.Output, (_, piece) => Keep(output, piece), deadline.Token);
                var exit = await exec.Exited.WaitAsync(deadline.Token);
                events.PublishExec(container, spec.ExecId, "exec_die", ("exitCode", exit.Code.ToString(CultureInfo.InvariantCulture)));
                return new HealthProbe(start, time.GetUtcNow(), exit.Code, Text(output));
            }
            catch (OperationCanceledException) when (!scope.IsCancellationRequested)
            {
                await exec.KillAsync(Gantry.Linux.Signal.SIGKILL, CancellationToken.None);
                var exceeded = $"Health check exceeded timeout ({GoDuration.Format(timeout)})";
                return new HealthProbe(start, time.GetUtcNow(), -1, output.Length > 0 ? $"{exceeded}: {Text(output)}" : exceeded);
            }
        }
        catch (Exception exception) when (exception is RuntimeException or GantryException or IOException)
        {
            return new HealthProbe(start, time.GetUtcNow(), -1, exception.Message);
        }
    }

    // Up to the bound; the rest is read and dropped so that the probe can end.
    private static ValueTask Keep(MemoryStream output, ReadOnlyMemory<byte> piece)
    {
        output.Write(piece.Span[..(int)Math.Min(piece.Length, OutputLimit - output.Length)]);
        return ValueTask.CompletedTask;
    }

    private static string Text(MemoryStream output) => Encoding.UTF8.GetString(output.GetBuffer(), 0, (int)output.Length);
}
