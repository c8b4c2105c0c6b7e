using Gantry.Build;
using Gantry.Daemon.Http;

namespace Gantry.Daemon.Tests.Http;

public class StepOrderTests
{
    private readonly StepOrder order = new();
    private readonly List<int> shown = [];

    [Fact]
    public void A_later_step_waits_for_the_one_before_it()
    {
        See(Started(2));
        See(Completed(2));
        Assert.Empty(shown);

        See(Started(1));
        Assert.Equal([1], shown);

        See(Completed(1));
        Assert.Equal([1, 1, 2, 2], shown);
    }

    [Fact]
    public void The_current_step_is_shown_as_it_goes()
    {
        See(Started(1));
        See(new BuildEvent.StepOutput(1, LogStream.Stdout, new byte[] { 65 }));
        Assert.Equal([1, 1], shown);
    }

    [Fact]
    public void A_failing_build_shows_what_was_held_back()
    {
        See(Started(1));
        See(Started(3));
        Assert.Equal([3], order.Rest().Cast<BuildEvent.StepStarted>().Select(step => step.Step));
    }

    [Fact]
    public void A_step_that_floods_its_log_while_it_waits_is_cut_off()
    {
        See(Started(1));
        See(Started(2));
        for (var piece = 0; piece < 200; piece++)
        {
            _ = order.Next(new BuildEvent.StepOutput(2, LogStream.Stdout, new byte[1 << 16])).ToArray();
        }

        var held = order.Rest().OfType<BuildEvent.StepOutput>().ToArray();
        Assert.InRange(held.Sum(output => output.Bytes.Length), 1 << 20, 2 << 20);
        Assert.Contains("output clipped", System.Text.Encoding.UTF8.GetString(held[^1].Bytes.Span), StringComparison.Ordinal);
        See(Completed(1));
        See(new BuildEvent.StepOutput(2, LogStream.Stdout, new byte[1]));
        Assert.Equal(1 + 1 + 1 + held.Length + 1, shown.Count);
    }

    private static BuildEvent.StepStarted Started(int step) => new(step, 3, "", "", "");

    private static BuildEvent.StepCompleted Completed(int step) => new(step, false, null, TimeSpan.Zero);

    private void See(BuildEvent happened) => shown.AddRange(order.Next(happened).Select(each => each switch
    {
        BuildEvent.StepStarted step => step.Step,
        BuildEvent.StepOutput step => step.Step,
        BuildEvent.StepCompleted step => step.Step,
        _ => 0,
    }));
}
