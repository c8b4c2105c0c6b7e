using Gantry.Core;

namespace Gantry.Compose.Loading;

/// <summary>
/// Takes in another project's file (compose-spec, 14-include.md): it is loaded by itself, with its own directory and
/// <c>.env</c>, and its resources are added to those of the including file.
/// </summary>
internal sealed class Inclusion(IReadOnlyDictionary<string, string> environment, string projectDirectory, Action<string> warn)
{
    private static readonly string[] Sections = ["services", "networks", "volumes", "secrets", "configs", "models"];

    public void Apply(MapNode document, Node include, IReadOnlyList<string> parents)
    {
        var paths = include.Get("path").Items.Select(item => item.Text!).ToList();
        if (paths.Find(path => path.StartsWith("oci://", StringComparison.Ordinal) || path.Contains("://", StringComparison.Ordinal)) is { } remote)
        {
            throw new GantryException(ErrorKind.NotImplemented, $"include of {remote} is not supported: only local files can be included");
        }

        var files = paths.Select(path => Path.GetFullPath(path, projectDirectory)).ToList();
        var directory = include.Get("project_directory").Text is { } given ? Path.GetFullPath(given, projectDirectory) : Path.GetDirectoryName(files[0])!;
        var reader = new DocumentReader(Variables(include, directory), directory, TextReader.Null, warn);
        var included = reader.ReadAll(files, parents);
        RelativePaths.ResolveProject(included, directory);
        foreach (var section in Sections)
        {
            Add(document, section, included[section].Entries, files[0]);
        }
    }

    private Dictionary<string, string> Variables(Node include, string directory)
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        var given = include.Get("env_file").Items.Select(item => Path.GetFullPath(item.Text!, projectDirectory)).ToList();
        var standard = Path.Combine(directory, ".env");
        ProjectFiles.Read(given.Count > 0 ? given : File.Exists(standard) ? [standard] : [], variables, environment);
        foreach (var (key, value) in environment)
        {
            variables[key] = value;
        }

        return variables;
    }

    private static void Add(MapNode document, string section, IEnumerable<KeyValuePair<string, Node>> entries, string file)
    {
        foreach (var (name, value) in entries)
        {
            document[section] ??= new MapNode(document.Position);
            if (document[section].Map![name] is not null && section == "services")
            {
                throw GantryException.Invalid($"{section}.{name} conflicts with imported resource from {file}");
            }

            document[section].Map!.Entries.TryAdd(name, value);
        }
    }
}
