using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands.Running;

/// <summary>Files of <c>NAME=value</c> lines: <c>--env-file</c> and <c>--label-file</c>.</summary>
internal static class KeyValueFiles
{
    /// <param name="fromEnvironment">A bare name takes its value from the environment, and is left out when it has none there.</param>
    public static IEnumerable<string> Read(IEnumerable<string> paths, bool fromEnvironment)
    {
        foreach (var path in paths)
        {
            foreach (var line in Lines(path).Select(l => l.TrimStart()))
            {
                if (line.Length == 0 || line.StartsWith('#'))
                {
                    continue;
                }

                var equals = line.IndexOf('=');
                var name = equals < 0 ? line : line[..equals];
                if (name.Length == 0 || name.Any(char.IsWhiteSpace))
                {
                    throw new ExitException(125, name.Length == 0
                        ? $"invalid env file ({path}): no variable name on line '{line}'"
                        : $"invalid env file ({path}): variable '{name}' contains whitespaces");
                }

                if (equals >= 0 || !fromEnvironment)
                {
                    yield return line;
                }
                else if (Environment.GetEnvironmentVariable(name) is { } value)
                {
                    yield return $"{name}={value}";
                }
            }
        }
    }

    /// <summary><c>-e NAME</c> alone takes the value from the environment when it is set there.</summary>
    public static string Variable(string text)
    {
        var equals = text.IndexOf('=');
        return equals == 0 || text.Length == 0 ? throw new FormatException($"invalid environment variable: {text}")
            : equals < 0 && Environment.GetEnvironmentVariable(text) is { } value ? $"{text}={value}"
            : text;
    }

    private static string[] Lines(string path)
    {
        try
        {
            return File.ReadAllLines(path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FormatException($"open {path}: no such file or directory");
        }
    }
}
