using System.Text.RegularExpressions;

namespace Gantry.Runtime.Oci;

/// <summary>Turns what crun and runc write to stderr into what Docker says and decides by.</summary>
internal static partial class RuntimeErrors
{
    public static RuntimeException Create(OciRuntime runtime, string stderr, ProcessSpec process)
    {
        var (reason, notFound, notExecutable) = Explain(stderr, process);
        return new RuntimeException(
            $"failed to create task for container: failed to create shim task: OCI runtime create failed: {runtime.Name} create failed: {reason.Replace("process: exec:", "process: error during container init: exec:", StringComparison.Ordinal)}",
            notFound,
            notExecutable);
    }

    public static RuntimeException Start(OciRuntime runtime, string stderr, ProcessSpec process)
    {
        var (reason, notFound, notExecutable) = Explain(stderr, process);
        return new RuntimeException($"failed to start task for container: OCI runtime start failed: {runtime.Name} start failed: {reason}", notFound, notExecutable);
    }

    public static RuntimeException Exec(string stderr, ProcessSpec process)
    {
        var (reason, notFound, notExecutable) = Explain(stderr, process);
        return new RuntimeException($"OCI runtime exec failed: exec failed: {reason}", notFound, notExecutable);
    }

    private static (string Reason, bool NotFound, bool NotExecutable) Explain(string stderr, ProcessSpec process)
    {
        var line = LastLine(stderr);
        var executable = process.Args[0];
        const string Unable = "unable to start container process: ";
        if (line.StartsWith("executable file `", StringComparison.Ordinal) && line.Contains("not found", StringComparison.Ordinal))
        {
            var what = executable.Contains('/') ? $"stat {executable}: no such file or directory" : "executable file not found in $PATH";
            return ($"{Unable}exec: \"{executable}\": {what}", true, false);
        }

        // crun's words, then runc's; Docker's exit code for it is that of a program that is not there.
        if (line.StartsWith("chdir ", StringComparison.Ordinal))
        {
            var reason = line.Contains("No such file", StringComparison.Ordinal) ? "no such file or directory"
                : line.Contains("Not a directory", StringComparison.Ordinal) ? "not a directory" : line[(line.LastIndexOf(": ", StringComparison.Ordinal) + 2)..].ToLowerInvariant();
            return ($"{Unable}chdir to cwd (\"{process.WorkingDirectory}\") set in config.json failed: {reason}", reason != "permission denied", reason == "permission denied");
        }

        if (line.Contains("chdir to cwd", StringComparison.Ordinal))
        {
            return (line, !line.EndsWith("permission denied", StringComparison.Ordinal), line.EndsWith("permission denied", StringComparison.Ordinal));
        }

        // crun: a profile of that name is not loaded.
        if (line.StartsWith("write file `/proc/", StringComparison.Ordinal) && line.Contains("/attr/", StringComparison.Ordinal) && line.EndsWith("exec`: No such file or directory", StringComparison.Ordinal))
        {
            return ($"{Unable}error during container init: unable to apply apparmor profile: apparmor failed to apply profile: write /proc/thread-self/attr/apparmor/exec: no such file or directory", false, false);
        }

        // crun: EACCES for a file without the x bit, EPERM for a directory.
        if (line.StartsWith("open executable: ", StringComparison.Ordinal) || line.StartsWith("the path `", StringComparison.Ordinal))
        {
            var missing = line.EndsWith("No such file or directory", StringComparison.Ordinal);
            return ($"{Unable}exec: \"{executable}\": {(missing ? "no such file or directory" : line.EndsWith("Operation not permitted", StringComparison.Ordinal) ? "is a directory: permission denied" : "permission denied")}", missing, !missing);
        }

        if (line.Contains("exec: \"", StringComparison.Ordinal))
        {
            var notFound = line.Contains("executable file not found", StringComparison.Ordinal) || line.Contains("no such file or directory", StringComparison.Ordinal);
            return (line, notFound, !notFound);
        }

        return (line.Length > 0 ? line : "the runtime gave no reason", false, false);
    }

    /// <summary>The last line that is an error, without runc's logfmt dress and its "runc create failed: ".</summary>
    private static string LastLine(string stderr)
    {
        var line = stderr.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault("").Trim();
        if (LogfmtMessage().Match(line) is { Success: true } match)
        {
            line = match.Groups[1].Value.Replace("\\\"", "\"", StringComparison.Ordinal);
        }

        return RuncPrefix().Replace(line, "");
    }

    [GeneratedRegex("""level=error msg="((?:[^"\\]|\\.)*)"$""")]
    private static partial Regex LogfmtMessage();

    [GeneratedRegex("^(runc (create|start|run) failed|exec failed): ")]
    private static partial Regex RuncPrefix();
}
