using System.Collections.Immutable;
using Gantry.Core;

namespace Gantry.Images;

/// <summary>Names and targets at one moment; every change is a new catalog, so readers need no lock.</summary>
internal sealed record ImageCatalog(ImmutableDictionary<Digest, CatalogEntry> Entries, ImmutableDictionary<string, Digest> Names)
{
    public static ImageCatalog Empty { get; } = new(ImmutableDictionary<Digest, CatalogEntry>.Empty, ImmutableDictionary<string, Digest>.Empty);

    public ImageCatalog With(Descriptor target) =>
        this with { Entries = Entries.SetItem(target.Digest, new CatalogEntry(target, Entries.GetValueOrDefault(target.Digest)?.References ?? [])) };

    public ImageCatalog WithName(ImageReference reference, Digest target)
    {
        var without = Names.ContainsKey(reference.ToString()) ? WithoutName(reference) : this;
        var entry = without.Entries[target];
        return new ImageCatalog(
            without.Entries.SetItem(target, entry with { References = [.. entry.References.Append(reference).OrderBy(r => r.Digest is not null).ThenBy(r => r.ToString(), StringComparer.Ordinal)] }),
            without.Names.SetItem(reference.ToString(), target));
    }

    public ImageCatalog WithoutName(ImageReference reference)
    {
        if (!Names.TryGetValue(reference.ToString(), out var target) || !Entries.TryGetValue(target, out var entry))
        {
            return this;
        }

        return new ImageCatalog(
            Entries.SetItem(target, entry with { References = [.. entry.References.Where(r => r != reference)] }),
            Names.Remove(reference.ToString()));
    }

    public ImageCatalog Without(Digest target) => this with { Entries = Entries.Remove(target) };

    /// <summary>The tagged names of a repository, ordered.</summary>
    public IReadOnlyList<ImageReference> TagsOf(ImageReference repository) =>
        [.. Entries.Values.SelectMany(entry => entry.References).Where(name => name.Digest is null && name.Repository == repository.Repository).OrderBy(name => name.Tag, StringComparer.Ordinal)];

    /// <summary>By name: the exact reference, or for a digest any name of that repository on that target.</summary>
    public CatalogEntry? FindByName(ImageReference reference)
    {
        var key = reference.WithDefaultTag();
        if (Names.TryGetValue(key.ToString(), out var target))
        {
            return Entries[target];
        }

        return key.Digest is { } digest && Entries.TryGetValue(digest, out var entry) && entry.References.Any(r => r.Repository == key.Repository) ? entry : null;
    }
}

/// <summary>One target and its names, tags first, ordered.</summary>
internal sealed record CatalogEntry(Descriptor Target, IReadOnlyList<ImageReference> References);
