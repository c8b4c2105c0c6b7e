using Gantry.Compose.Interpolation;
using Gantry.Core;

namespace Gantry.Compose.Loading;

/// <summary>From files and variables to a project: find, read, merge, normalise, check, select.</summary>
internal static class ProjectLoader
{
    /// <exception cref="GantryException">In Compose's words.</exception>
    public static LoadedProject Load(ProjectOptions options)
    {
        var warnings = new List<string>();
        var files = ProjectFiles.Find(options, warnings.Add);
        var name = Name(options, files);
        var environment = new Dictionary<string, string>(files.Environment, StringComparer.Ordinal) { ["COMPOSE_PROJECT_NAME"] = name };
        files = files with { Environment = environment };

        var reader = new DocumentReader(environment, files.Directory, options.Input, warnings.Add) { Interpolates = !options.NoInterpolate };
        var tree = reader.ReadAll(files.Files, []);
        tree["name"] = tree.Scalar(name);
        var disabled = new MapNode(tree.Position);
        if (!options.NoInterpolate)
        {
            RelativePaths.ResolveProject(tree, files.Directory);
            Normalisation.Apply(tree, name);
            disabled = ProfileSelection.Apply(tree, Profiles(options, environment), options.Services);
            EnvironmentFiles.Apply(tree, environment);
            Consistency.Check(tree);
            Pruning.Apply(tree);
        }

        return new LoadedProject(name, files, tree, disabled, warnings);
    }

    private static IReadOnlyList<string> Profiles(ProjectOptions options, Dictionary<string, string> environment) =>
        options.Profiles.Count > 0 ? options.Profiles
        : environment.GetValueOrDefault("COMPOSE_PROFILES") is { Length: > 0 } variable ? variable.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        : [];

    private static string Name(ProjectOptions options, ProjectFiles files)
    {
        if ((options.ProjectName ?? files.Environment.GetValueOrDefault("COMPOSE_PROJECT_NAME")) is { Length: > 0 } given)
        {
            return ProjectName.Check(given);
        }

        foreach (var file in files.Files.Where(File.Exists).Reverse())
        {
            // Cheap test first: the file is parsed again when it is loaded.
            var text = File.ReadAllText(file);
            if (!text.StartsWith("name:", StringComparison.Ordinal) && !text.Contains("\nname:", StringComparison.Ordinal))
            {
                continue;
            }

            foreach (var document in YamlTreeReader.ReadAll(text, file))
            {
                if (document.Get("name") is ScalarNode { Value: not null } name)
                {
                    return ProjectName.Check(new TreeInterpolation(files.Environment, _ => { }).Apply(name, "name").Text ?? "");
                }
            }
        }

        var derived = ProjectName.Normalise(Path.GetFileName(files.Directory));
        return derived.Length > 0 ? derived : throw GantryException.Invalid("project name must not be empty");
    }
}
