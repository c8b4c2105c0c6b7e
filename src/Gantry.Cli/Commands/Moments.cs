using System.Globalization;
using Gantry.Cli.CommandLine;
using Gantry.Core;

namespace Gantry.Cli.Commands;

/// <summary>Values of <c>--since</c> and <c>--until</c>: an instant, Unix seconds, or how long ago.</summary>
internal static class Moments
{
    /// <param name="option">Named by the message where docker does.</param>
    /// <summary>Unix seconds with nine digits of fraction; null for an empty text.</summary>
    public static string? ToUnix(string text, string? option = null)
    {
        if (text.Length == 0)
        {
            return null;
        }

        if (!Timestamp.TryParseMoment(text, DateTimeOffset.UtcNow, out var instant))
        {
            throw new ExitException(1, (option is null ? "" : $"invalid value for \"{option}\": ") + $"failed to parse value as time or duration: \"{text}\"");
        }

        var ticks = (instant - DateTimeOffset.UnixEpoch).Ticks;
        return string.Create(CultureInfo.InvariantCulture, $"{Math.DivRem(ticks, TimeSpan.TicksPerSecond, out var rest)}.{rest * 100:D9}");
    }
}
