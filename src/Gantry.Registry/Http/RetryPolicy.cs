namespace Gantry.Registry;

/// <summary>Tries again what may work in a moment: pauses double, with jitter, and are as long as the registry asks.</summary>
internal sealed class RetryPolicy(RegistryOptions options)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(60);

    /// <param name="retrying">Told before each pause.</param>
    public async Task<T> RunAsync<T>(Func<int, Task<T>> attempt, Action<TimeSpan>? retrying, CancellationToken cancellationToken)
    {
        for (var number = 1; ; number++)
        {
            try
            {
                return await attempt(number).ConfigureAwait(false);
            }
            catch (RegistryException e) when (e.Retryable && number < options.Attempts && Pause(e, number) is { } pause)
            {
                retrying?.Invoke(pause);
                await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // Null when the registry wants to be left alone for longer than anybody would wait.
    private TimeSpan? Pause(RegistryException exception, int number)
    {
        if (exception.RetryAfter is { } asked)
        {
            return asked <= LongestPause ? asked : null;
        }

#pragma warning disable CA5394 // Jitter needs no secrecy.
        var jitter = 0.5 + Random.Shared.NextDouble();
#pragma warning restore CA5394
        return options.RetryDelay * Math.Pow(2, number - 1) * jitter is var pause && pause < LongestPause ? pause : LongestPause;
    }
}
