namespace Gantry.Integration.Tests.Fixtures;

/// <summary>The tree below a daemon's data root, but for what is inside of layers and containers' folders, and the database's own files.</summary>
internal static class DataTree
{
    public static string[] Of(PrivateDaemon daemon) =>
    [
        .. Directory.EnumerateFileSystemEntries(daemon.Data, "*", new EnumerationOptions { RecurseSubdirectories = true, MaxRecursionDepth = 3 })
            .Select(path => Path.GetRelativePath(daemon.Data, path))
            .Where(path => !path.StartsWith("state.db", StringComparison.Ordinal) && path.Split('/').Length < (path.StartsWith("containers/", StringComparison.Ordinal) ? 3 : 4)),
    ];

    /// <summary>Waits until it is what it was before.</summary>
    public static async Task BeAgainAsync(PrivateDaemon daemon, string[] before) => await Eventually.EqualAsync("", () => Task.FromResult(Difference(before, Of(daemon))));

    private static string Difference(string[] before, string[] now) =>
        string.Join('\n', [.. now.Except(before).Select(path => "more: " + path), .. before.Except(now).Select(path => "less: " + path)]);
}
