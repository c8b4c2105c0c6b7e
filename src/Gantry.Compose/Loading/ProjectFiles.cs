using Gantry.Core;

namespace Gantry.Compose.Loading;

/// <summary>Where a project's files are, and the variables that hold for them.</summary>
/// <param name="Directory">Absolute; relative paths of the project start here.</param>
/// <param name="Files">Absolute paths in merge order.</param>
/// <param name="Environment">The process's variables over those of the <c>.env</c> file.</param>
internal sealed record ProjectFiles(string Directory, IReadOnlyList<string> Files, IReadOnlyDictionary<string, string> Environment, IReadOnlyList<string> EnvFiles)
{
    private static readonly string[] Names = ["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
    private static readonly string[] Overrides = ["compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"];

    public static ProjectFiles Find(ProjectOptions options, Action<string> warn)
    {
        var start = Path.GetFullPath(options.ProjectDirectory ?? ".", options.WorkingDirectory);

        // COMPOSE_FILE may stand in the .env file, which is looked for where the project seems to be.
        var before = options.ProjectDirectory is null && options.Files is [not "-" and var first, ..]
            ? Path.GetDirectoryName(Path.GetFullPath(first, options.WorkingDirectory))!
            : start;
        var environment = Variables(options, before, out var envFiles);
        var files = options.Files.Count > 0 ? options.Files : FromVariable(environment);
        if (files.Count == 0)
        {
            files = Discover(start, warn);
            before = options.ProjectDirectory is null ? Path.GetDirectoryName(files[0])! : start;
            environment = before == start ? environment : Variables(options, before, out envFiles);
        }

        var paths = files.Select(file => file == "-" ? file : Path.GetFullPath(file, options.WorkingDirectory)).ToList();
        var directory = options.ProjectDirectory is not null ? start
            : paths[0] == "-" ? options.WorkingDirectory
            : Path.GetDirectoryName(paths[0])!;
        return new ProjectFiles(directory, paths, environment, envFiles);
    }

    private static string[] FromVariable(IReadOnlyDictionary<string, string> environment) =>
        environment.GetValueOrDefault("COMPOSE_FILE") is { Length: > 0 } variable
            ? variable.Split(environment.GetValueOrDefault("COMPOSE_PATH_SEPARATOR") is { Length: > 0 } separator ? separator : ":", StringSplitOptions.RemoveEmptyEntries)
            : [];

    private static List<string> Discover(string start, Action<string> warn)
    {
        for (var directory = start; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            var candidates = Names.Select(name => Path.Combine(directory, name)).Where(File.Exists).ToList();
            if (candidates.Count == 0)
            {
                continue;
            }

            if (candidates.Count > 1)
            {
                warn($"Found multiple config files with supported names: {string.Join(", ", candidates)}");
                warn($"Using {candidates[0]}");
            }

            return [candidates[0], .. Overrides.Select(name => Path.Combine(directory, name)).Where(File.Exists).Take(1)];
        }

        throw GantryException.NotFound("no configuration file provided: not found");
    }

    private static Dictionary<string, string> Variables(ProjectOptions options, string directory, out IReadOnlyList<string> envFiles)
    {
        var result = new Dictionary<string, string>(options.Environment, StringComparer.Ordinal);
        envFiles = options.EnvFiles.Count > 0 ? [.. options.EnvFiles.Select(file => Path.GetFullPath(file, options.WorkingDirectory))]
            : options.Environment.GetValueOrDefault("COMPOSE_ENV_FILES") is { Length: > 0 } variable ? [.. variable.Split(',').Select(file => Path.GetFullPath(file, options.WorkingDirectory))]
            : options.Environment.GetValueOrDefault("COMPOSE_DISABLE_ENV_FILE") is "1" or "true" || !File.Exists(Path.Combine(directory, ".env")) ? []
            : [Path.Combine(directory, ".env")];
        Read(envFiles, result, options.Environment);
        return result;
    }

    /// <summary>Adds the variables of <paramref name="files"/>: later files win over earlier ones, <paramref name="fixedOnes"/> over all.</summary>
    public static void Read(IEnumerable<string> files, Dictionary<string, string> into, IReadOnlyDictionary<string, string> fixedOnes)
    {
        foreach (var file in files)
        {
            if (!File.Exists(file))
            {
                throw GantryException.NotFound($"couldn't find env file: {file}");
            }

            foreach (var (key, value) in DotEnv.Parse(File.ReadAllText(file), file, name => fixedOnes.GetValueOrDefault(name) ?? into.GetValueOrDefault(name)))
            {
                if (value is not null && !fixedOnes.ContainsKey(key))
                {
                    into[key] = value;
                }
            }
        }
    }
}
