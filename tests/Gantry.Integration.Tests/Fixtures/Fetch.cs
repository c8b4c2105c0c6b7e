namespace Gantry.Integration.Tests.Fixtures;

/// <summary>Commands for a container that asks another one's web server.</summary>
internal static class Fetch
{
    /// <summary>Asks until a server that was just started listens; at most two seconds and a bit.</summary>
    public static string[] Page(string url) =>
        ["sh", "-c", $"for i in 1 2 3 4 5 6 7 8 9 10; do timeout 2 wget -qO- {url} 2>/dev/null && exit; sleep 0.2; done; echo no answer from {url}; exit 1"];
}
