using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Gantry.Engine.Events;

/// <summary>What happens in the engine: the last 256 events are kept, live ones go to every reader in order.</summary>
public sealed class EventService(TimeProvider time)
{
    private const int Kept = 256;
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
    /// this returns. Filters: container, daemon, event, image, label, network, scope, type, volume.
    /// </summary>
    public IAsyncEnumerable<EngineEvent> ReadAsync(DateTimeOffset? since, DateTimeOffset? until, ObjectFilters filters, CancellationToken cancellationToken)
    {
        filters.Allow("config", "container", "daemon", "event", "image", "label", "network", "node", "plugin", "scope", "secret", "service", "type", "volume");
        var channel = Channel.CreateUnbounded<EngineEvent>(new UnboundedChannelOptions { SingleReader = true });
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
        filters.Match("event", wanted => happened.Action == wanted || happened.Action.StartsWith(wanted + ":", StringComparison.Ordinal))
        && filters.Match("type", wanted => happened.Type == wanted)
        && filters.Match("scope", wanted => wanted == "local")
        && filters.MatchLabels(happened.Attributes)
        && Names(happened, filters, "container", "container")
        && Names(happened, filters, "network", "network")
        && Names(happened, filters, "volume", "volume")
        && Names(happened, filters, "daemon", "daemon")
        && filters.Match("image", wanted => ImageMatches(happened, wanted));

    private static bool Names(EngineEvent happened, ObjectFilters filters, string key, string type) =>
        filters.Match(key, wanted =>
            happened.Type == type
                ? happened.ActorId.StartsWith(wanted, StringComparison.Ordinal) || (happened.Attributes.GetValueOrDefault("name") is { } name && name.StartsWith(wanted.TrimStart('/'), StringComparison.Ordinal))
                : happened.Attributes.GetValueOrDefault(key) is { } other && (other == wanted || other.StartsWith(wanted, StringComparison.Ordinal)));

    private static bool ImageMatches(EngineEvent happened, string wanted)
    {
        var image = happened.Type == "image" ? happened.Attributes.GetValueOrDefault("name") ?? happened.ActorId : happened.Attributes.GetValueOrDefault("image");
        return image is not null && (image == wanted || happened.ActorId == wanted || image.Split(':', '@')[0] == wanted);
    }
}
