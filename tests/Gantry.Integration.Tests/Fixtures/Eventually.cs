using System.Diagnostics;

namespace Gantry.Integration.Tests.Fixtures;

/// <summary>Waits for what comes by itself, and says what was there instead.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static async Task<T> SeeAsync<T>(Func<Task<T>> look, Func<T, bool> satisfied, string what)
    {
        var watch = Stopwatch.StartNew();
        for (; ; )
        {
            var seen = await look();
            if (satisfied(seen))
            {
                return seen;
            }

            Assert.True(watch.Elapsed < Patience, $"{what}, but after {Patience.TotalSeconds} seconds: {seen}");
            await Task.Delay(50);
        }
    }

    public static Task EqualAsync<T>(T expected, Func<Task<T>> look) => SeeAsync(look, seen => Equals(seen, expected), $"expected {expected}");
}
