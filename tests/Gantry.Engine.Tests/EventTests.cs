using Gantry.Core;
using Gantry.Engine.Containers;
using Gantry.Engine.Events;

namespace Gantry.Engine.Tests;

/// <summary>Which events pass which filters, by Docker's rules, and what events say.</summary>
public sealed class EventTests
{
    [Theory]
    [InlineData("event", "start", "start")]
    [InlineData("event", "exec_create", "exec_create: sh -c true")]
    [InlineData("event", "health_status: healthy", "health_status: healthy")]
    [InlineData("event", "health_status", "health_status: healthy")]
    [InlineData("event", "exec", "")]
    [InlineData("type", "network", "connect")]
    [InlineData("type", "cont", "")]
    [InlineData("container", "web", "start|exec_create: sh -c true|health_status: healthy|connect")]
    [InlineData("container", "/web", "start|exec_create: sh -c true|health_status: healthy|connect")]
    [InlineData("network", "webnet", "connect")]
    [InlineData("label", "a=b", "start|exec_create: sh -c true|health_status: healthy")]
    [InlineData("label", "a=c", "")]
    [InlineData("image", "busybox", "start|exec_create: sh -c true|health_status: healthy|tag|pull")]
    [InlineData("image", "busybox:1", "start|exec_create: sh -c true|health_status: healthy|tag|pull")]
    [InlineData("scope", "swarm", "")]
    [InlineData("service", "web", "start|exec_create: sh -c true|health_status: healthy|connect")]
    [InlineData("no-such-filter", "x", "start|exec_create: sh -c true|health_status: healthy|connect|tag|pull")]
    public async Task Filters_pass_what_they_pass_in_Docker(string key, string value, string actions)
    {
        var events = new EventService(TimeProvider.System);
        var labels = new Dictionary<string, string> { ["a"] = "b", ["image"] = "busybox:1", ["name"] = "web" };
        events.Publish("container", "start", "0123", labels);
        events.Publish("container", "exec_create: sh -c true", "0123", labels);
        events.Publish("container", "health_status: healthy", "0123", labels);
        events.Publish("network", "connect", "4567", ("container", "0123"), ("name", "webnet"), ("type", "bridge"));
        events.Publish("image", "tag", "sha256:89", ("name", "busybox:1"));
        events.Publish("image", "pull", "busybox:1", ("name", "busybox"));
        var filters = new ObjectFilters(new Dictionary<string, IReadOnlyList<string>> { [key] = [value] });
        List<string> seen = [];
        await foreach (var item in events.ReadAsync(DateTimeOffset.UnixEpoch, DateTimeOffset.UtcNow, filters, TestContext.Current.CancellationToken))
        {
            seen.Add(item.Action);
        }

        Assert.Equal(actions, string.Join('|', seen));
    }

    [Fact]
    public async Task A_reader_that_does_not_read_misses_the_oldest_events()
    {
        var events = new EventService(TimeProvider.System);
        var reading = events.ReadAsync(null, null, new ObjectFilters(new Dictionary<string, IReadOnlyList<string>>()), TestContext.Current.CancellationToken);
        for (var number = 0; number < 100_000; number++)
        {
            events.Publish("container", "start", $"{number}");
        }

        await foreach (var first in reading)
        {
            Assert.InRange(int.Parse(first.ActorId, null), 1, 99_999);
            break;
        }
    }

    [Theory]
    [InlineData(null, new byte[] { 16, 17 })]
    [InlineData("ctrl-a,x", new byte[] { 1, (byte)'x' })]
    [InlineData("ctrl-A", null)]
    [InlineData("nope", null)]
    [InlineData("a,", null)]
    public void Detach_keys_are_read_or_refused_whole(string? keys, byte[]? bytes)
    {
        Assert.Equal(bytes, DetachKeys.TryParse(keys));
        if (bytes is null)
        {
            Assert.Equal($"Invalid detach keys ({keys}) provided", Assert.Throws<GantryException>(() => DetachKeys.Parse(keys)).Message);
        }
    }

    [Fact]
    public void Changes_are_held_to_the_instructions_that_change_settings()
    {
        Assert.Equal("NOPE is not a valid change command", Assert.Throws<GantryException>(() => ImageChanges.Apply(new(), ["ENV a=b", "NOPE x"])).Message);
        Assert.Equal("FROM is not a valid change command", Assert.Throws<GantryException>(() => ImageChanges.Apply(new(), ["FROM x"])).Message);
        var changed = ImageChanges.Apply(new(), ["cmd [\"sh\"]", "USER app"]);
        Assert.Equal(["sh"], changed.Cmd);
        Assert.False(changed.ArgsEscaped);
    }

    [Fact]
    public void A_prune_with_a_bad_moment_is_refused_before_it_removes_anything()
    {
        var filters = new ObjectFilters(new Dictionary<string, IReadOnlyList<string>> { ["until"] = ["x"] });
        Assert.Equal("failed to parse value as time or duration: \"x\"", Assert.Throws<GantryException>(() => PruneRules.Check(filters, "until")).Message);
        Assert.Equal("invalid filter 'until'", Assert.Throws<GantryException>(() => PruneRules.Check(filters, "label")).Message);
    }
}
