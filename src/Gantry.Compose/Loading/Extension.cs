using Gantry.Compose.Schema;
using Gantry.Core;

namespace Gantry.Compose.Loading;

/// <summary>Resolves a service's <c>extends</c>, in this file or another, and what that one extends in turn.</summary>
internal sealed class Extension(DocumentReader reader, string file, MapNode services, MapNode? earlier)
{
    public Node Resolve(string name, Node service) => Resolve(name, service, []);

    private Node Resolve(string name, Node service, IReadOnlyList<string> chain)
    {
        if (service.Get("extends") is not MapNode extends)
        {
            return service;
        }

        var key = $"{name} in {file}";
        if (chain.Contains(key))
        {
            throw GantryException.Invalid($"circular reference in {file}:\n  {string.Join("\n  extends ", [.. chain, key])}");
        }

        var target = extends["service"].Text ?? throw GantryException.Invalid($"validating {file}: services.{name}.extends missing property 'service'");
        var origin = Base(name, target, extends["file"].Text, [.. chain, key]);
        service.Map!["extends"] = null;
        return TreeMerge.Merge(origin, service, ServiceSchema.Service) ?? origin;
    }

    private Node Base(string name, string target, string? other, IReadOnlyList<string> chain)
    {
        if (other is null)
        {
            var found = services[target] ?? earlier?[target]
                ?? throw GantryException.Invalid($"cannot extend service \"{name}\" in {file}: service \"{target}\" not found");
            return Resolve(target, found.Clone(), chain);
        }

        var path = Path.GetFullPath(other, Path.GetDirectoryName(file)!);
        var document = reader.ReadForExtends(path);
        var theirs = document["services"] as MapNode ?? new MapNode(document.Position);
        var service = theirs[target] ?? throw GantryException.Invalid($"cannot extend service \"{name}\" in {file}: service \"{target}\" not found in {other}");
        var resolved = new Extension(reader, path, theirs, null).Resolve(target, service, chain);
        RelativePaths.ResolveService(resolved, Path.GetDirectoryName(path)!);
        return resolved;
    }
}
