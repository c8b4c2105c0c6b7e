namespace Gantry.Cli;

/// <summary>The name people called us by.</summary>
internal static class ProgramName
{
    /// <summary><c>docker</c> when started under that name (a link), else <c>gantry</c>.</summary>
    public static string Current()
    {
        try
        {
            // The kernel keeps the name as it was given; the runtime only tells the resolved path.
            var commandLine = File.ReadAllText("/proc/self/cmdline");
            return Path.GetFileName(commandLine.Split('\0')[0]) == "docker" ? "docker" : "gantry";
        }
        catch (IOException)
        {
            return "gantry";
        }
    }
}
