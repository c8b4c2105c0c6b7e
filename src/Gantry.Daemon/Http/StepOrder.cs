using Gantry.Build;

namespace Gantry.Daemon.Http;

/// <summary>
/// Puts the events of steps that run in parallel into the order of their numbers, as the classic builder's readers expect:
/// the lowest unfinished step is let through at once, later ones wait for it.
/// </summary>
internal sealed class StepOrder
{
    // As BuildKit: a step that floods its log while it has to wait for its turn is cut off.
    private const int MaxHeldPerStep = 2 << 20;

    private readonly SortedDictionary<int, Queue<BuildEvent>> waiting = [];
    private readonly Dictionary<int, int> held = [];
    private int current = 1;

    /// <summary>What may be shown now, in order.</summary>
    public IEnumerable<BuildEvent> Next(BuildEvent happened)
    {
        var step = StepOf(happened);
        if (step is null || step < current)
        {
            yield return happened;
            yield break;
        }

        if (!waiting.TryGetValue(step.Value, out var queue))
        {
            waiting[step.Value] = queue = new Queue<BuildEvent>();
        }

        if (step > current && happened is BuildEvent.StepOutput output)
        {
            Hold(queue, output);
            yield break;
        }

        queue.Enqueue(happened);
        foreach (var ready in Release())
        {
            yield return ready;
        }
    }

    /// <summary>The rest, when a build ends early.</summary>
    public IEnumerable<BuildEvent> Rest() => [.. waiting.Values.SelectMany(queue => queue)];

    private void Hold(Queue<BuildEvent> queue, BuildEvent.StepOutput output)
    {
        var before = held.GetValueOrDefault(output.Step);
        if (before < MaxHeldPerStep)
        {
            var after = held[output.Step] = before + output.Bytes.Length;
            queue.Enqueue(after < MaxHeldPerStep ? output : output with { Bytes = "\n[output clipped, log limit 2MiB reached]\n"u8.ToArray() });
        }
    }

    private IEnumerable<BuildEvent> Release()
    {
        while (waiting.TryGetValue(current, out var queue))
        {
            var finished = false;
            while (queue.TryDequeue(out var ready))
            {
                finished |= ready is BuildEvent.StepCompleted or BuildEvent.StepFailed;
                yield return ready;
            }

            waiting.Remove(current);
            if (!finished)
            {
                yield break;
            }

            current++;
        }
    }

    private static int? StepOf(BuildEvent happened) => happened switch
    {
        BuildEvent.StepStarted step => step.Step,
        BuildEvent.StepOutput step => step.Step,
        BuildEvent.StepCompleted step => step.Step,
        BuildEvent.StepFailed step => step.Step,
        _ => null,
    };
}
