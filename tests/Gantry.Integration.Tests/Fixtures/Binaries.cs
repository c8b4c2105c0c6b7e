namespace Gantry.Integration.Tests.Fixtures;

/// <summary>Where the programs under test are.</summary>
internal static class Binaries
{
    private static readonly string Folder = Environment.GetEnvironmentVariable("GANTRY_OUT") is { Length: > 0 } given ? given : Path.Combine(Repository(), "out");

    public static string Daemon => Published("gantryd");

    public static string Gantry => Published("gantry");

    /// <summary>Null when there is no docker client on PATH.</summary>
    public static string? Docker { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => Path.Combine(folder, "docker")).FirstOrDefault(File.Exists);

    private static string Published(string name)
    {
        var path = Path.Combine(Folder, name);
        Assert.True(File.Exists(path) && File.Exists(Path.Combine(Folder, "gantry-monitor")), $"{path} or the gantry-monitor beside it is missing: run ./test, it publishes what these tests drive");
        return path;
    }

    private static string Repository()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Gantry.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("the tests do not lie in the repository: set GANTRY_OUT");
    }
}
