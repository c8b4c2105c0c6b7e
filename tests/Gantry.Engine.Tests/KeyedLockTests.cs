namespace Gantry.Engine.Tests;

public sealed class KeyedLockTests
{
    [Fact]
    public async Task One_name_has_one_holder_and_does_not_wait_for_another_name()
    {
        var locks = new KeyedLock();
        var held = await locks.AcquireAsync("a", TestContext.Current.CancellationToken);
        (await locks.AcquireAsync("b", TestContext.Current.CancellationToken)).Dispose();
        var waiting = locks.AcquireAsync("a", TestContext.Current.CancellationToken);
        Assert.False(waiting.IsCompleted);
        held.Dispose();
        (await waiting).Dispose();
    }

    [Fact]
    public async Task Who_gives_up_waiting_leaves_the_lock_to_others()
    {
        var locks = new KeyedLock();
        using var patience = new CancellationTokenSource();
        var held = await locks.AcquireAsync("a", TestContext.Current.CancellationToken);
        var waiting = locks.AcquireAsync("a", patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        var next = locks.AcquireAsync("a", TestContext.Current.CancellationToken);
        held.Dispose();
        (await next).Dispose();
    }
}
