using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Gantry.Core;

namespace Gantry.Engine.Events;

/// <summary>What happens in the engine: the last 256 events are kept, live ones go to every reader in order; one that lags by thousands misses the oldest.</summary>
public sealed class EventService(TimeProvider time)
{
    private const int Kept = 256;

    // What waits for a reader that does not read; Docker, too, drops for such a one rather than to keep everything.
    private const int MostWaiting = 16 << 10;

    // Filters that name an object; swarm's and plugins' never match anything here, which is an answer too.
    private static readonly string[] ObjectKinds = ["config", "container", "daemon", "network", "node", "plugin", "secret", "service", "volume"];

    private readonly Lock gate = new();
    private readonly Queue<EngineEvent> history = new();
    private readonly List<Channel<EngineEvent>> readers = [];

    public void Publish(string type, string action, string actorId, params ReadOnlySpan<(string Key, string Value)> attributes)
    {
        var map = new Dictionary<string, string>();
        foreach (var (key, value) in attributes)
        {
            map[key] = value;
        }

        Publish(type, action, actorId, map);
    }

    public void Publish(string type, string action, string actorId, IReadOnlyDictionary<string, string> attributes)
    {
        lock (gate)
        {
            var happened = new EngineEvent(time.GetUtcNow(), type, action, actorId, attributes);
            history.Enqueue(happened);
            if (history.Count > Kept)
            {
                history.Dequeue();
            }

            foreach (var reader in readers)
            {
                reader.Writer.TryWrite(happened);
            }
        }
    }

    /// <summary>
    /// Kept events since a moment, then live ones, until <paramref name="until"/> passes or the caller cancels. Subscribed when
    /// this returns. Filters: container, daemon, event, image, label, network, scope, type, volume; others are ignored, as Docker does.
    /// </summary>
    public IAsyncEnumerable<EngineEvent> ReadAsync(DateTimeOffset? since, DateTimeOffset? until, ObjectFilters filters, CancellationToken cancellationToken)
    {
        var channel = Channel.CreateBounded<EngineEvent>(new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });
        lock (gate)
        {
            foreach (var past in history.Where(past => since is not null && past.Time >= since))
            {
                channel.Writer.TryWrite(past);
            }

            readers.Add(channel);
        }

        return Follow(channel, until, filters, cancellationToken);
    }

    private async IAsyncEnumerable<EngineEvent> Follow(Channel<EngineEvent> channel, DateTimeOffset? until, ObjectFilters filters, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        if (until is not null)
        {
            var rest = until.Value - time.GetUtcNow();
            deadline.CancelAfter(rest > TimeSpan.Zero ? rest : TimeSpan.Zero);
        }

        try
        {
            while (true)
            {
                while (channel.Reader.TryRead(out var next))
                {
                    if ((until is null || next.Time <= until) && Passes(next, filters))
                    {
                        yield return next;
                    }
                }

                try
                {
                    await channel.Reader.WaitToReadAsync(either.Token);
                }
                catch (OperationCanceledException)
                {
                    yield break;
                }
            }
        }
        finally
        {
            lock (gate)
            {
                readers.Remove(channel);
            }
        }
    }

    private static bool Passes(EngineEvent happened, ObjectFilters filters) =>
        filters.Match("event", wanted => happened.Action == wanted || (IsPrefix(wanted) && happened.Action.StartsWith(wanted, StringComparison.Ordinal)))
        && filters.Match("type", wanted => happened.Type == wanted)
        && filters.Match("scope", wanted => wanted == "local")
        && filters.MatchLabels(happened.Attributes)
        && ObjectKinds.All(kind => filters.Match(kind, wanted => Names(happened, wanted)))
        && filters.Match("image", wanted => ImageMatches(happened, wanted));

    // Their actions carry a command or a status after the word.
    private static bool IsPrefix(string action) => action.StartsWith("health_status", StringComparison.Ordinal) || action.StartsWith("exec_create", StringComparison.Ordinal) || action.StartsWith("exec_start", StringComparison.Ordinal);

    // Docker asks neither for the event's type nor for the whole of an ID or name.
    private static bool Names(EngineEvent happened, string wanted) =>
        happened.ActorId.StartsWith(wanted, StringComparison.Ordinal)
        || (happened.Attributes.GetValueOrDefault("name") is { } name && name.StartsWith(wanted.TrimStart('/'), StringComparison.Ordinal));

    private static bool ImageMatches(EngineEvent happened, string wanted)
    {
        var image = happened.Attributes.GetValueOrDefault(happened.Type == "image" ? "name" : "image") ?? "";
        return image == wanted || happened.ActorId == wanted || Untagged(image) == wanted || Untagged(happened.ActorId) == wanted;
    }

    private static string Untagged(string text) => ImageReference.TryParse(text, null, out var reference) ? reference.FamiliarName : text;
}
