using Gantry.Compose.Interpolation;
using Gantry.Compose.Schema;
using Gantry.Core;

namespace Gantry.Compose.Loading;

/// <summary>Reads compose files one by one and merges them, following <c>include</c> and <c>extends</c>.</summary>
internal sealed class DocumentReader(IReadOnlyDictionary<string, string> environment, string projectDirectory, TextReader input, Action<string> warn)
{
    private readonly TreeInterpolation interpolation = new(environment, warn);

    /// <summary>Fills in variables; off only for <c>config --no-interpolate</c>.</summary>
    public bool Interpolates { get; init; } = true;

    /// <summary>All files merged, in canonical form.</summary>
    /// <param name="parents">Files that led here by <c>include</c>.</param>
    public MapNode ReadAll(IReadOnlyList<string> files, IReadOnlyList<string> parents)
    {
        var merged = new MapNode(new Position(files[0], 1, 1));
        foreach (var file in files)
        {
            if (parents.Contains(file))
            {
                throw GantryException.Invalid($"include cycle detected:\n{parents[0]}\n include {string.Join("\n include ", parents.Skip(1).Append(file))}");
            }

            foreach (var document in Documents(file))
            {
                ReadInto(merged, document, file, [.. parents, file]);
            }
        }

        return merged;
    }

    private void ReadInto(MapNode merged, MapNode document, string file, IReadOnlyList<string> parents)
    {
        if (!Interpolates)
        {
            TreeMerge.Merge(merged, document, Shapes.Any);
            return;
        }

        document = Canonical(document, file);
        foreach (var include in document["include"].Items)
        {
            new Inclusion(environment, projectDirectory, warn).Apply(document, include, parents);
        }

        document["include"] = null;
        var extension = new Extension(this, file, (document["services"] as MapNode) ?? new MapNode(document.Position), merged["services"].Map);
        foreach (var (name, service) in document["services"].Entries.ToList())
        {
            document["services"].Map![name] = extension.Resolve(name, service);
        }

        TreeMerge.Merge(merged, document, ComposeSchema.Root);
    }

    /// <summary>One file in canonical form, for <c>extends</c>.</summary>
    public MapNode ReadForExtends(string file)
    {
        var merged = new MapNode(new Position(file, 1, 1));
        foreach (var document in Documents(file))
        {
            TreeMerge.Merge(merged, Canonical(document, file), ComposeSchema.Root);
        }

        return merged;
    }

    private MapNode Canonical(MapNode document, string file)
    {
        interpolation.Apply(document);
        if (document["version"] is not null)
        {
            warn($"{file}: the attribute `version` is obsolete, it will be ignored, please remove it to avoid potential confusion");
            document["version"] = null;
        }

        return (MapNode)new Canonicaliser(file).Apply(document, ComposeSchema.Root);
    }

    private IEnumerable<MapNode> Documents(string file)
    {
        var documents = YamlTreeReader.ReadAll(Text(file), file);
        return documents.Count == 0
            ? throw GantryException.Invalid("empty compose file")
            : documents.Select(document => document as MapNode ?? throw GantryException.Invalid($"{file}: top-level object must be a mapping"));
    }

    private string Text(string file)
    {
        try
        {
            return file == "-" ? input.ReadToEnd() : File.ReadAllText(file);
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            throw GantryException.NotFound($"open {file}: no such file or directory");
        }
        catch (UnauthorizedAccessException)
        {
            throw GantryException.Invalid(Directory.Exists(file) ? $"read {file}: is a directory" : $"open {file}: permission denied");
        }
    }
}
