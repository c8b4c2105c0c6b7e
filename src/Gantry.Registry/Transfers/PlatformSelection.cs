using Gantry.Core;
using Gantry.Images;

namespace Gantry.Registry;

/// <summary>Which of an index's images a platform gets.</summary>
internal static class PlatformSelection
{
    /// <exception cref="GantryException">NotFound, Docker's words.</exception>
    public static Descriptor Choose(IReadOnlyList<Descriptor> children, Platform wanted)
    {
        var exact = WithDefaultVariant(wanted);
        Descriptor[] fitting = [.. children.Where(child => child.Platform is { } platform && wanted.Accepts(platform))];
        return fitting.FirstOrDefault(child => WithDefaultVariant(child.Platform!.Value) == exact)
            ?? fitting.FirstOrDefault()
            // An index of one image may say nothing about it; its config will.
            ?? (children is [{ Platform: null } only] ? only : null)
            ?? throw GantryException.NotFound($"no matching manifest for {exact} in the manifest list entries");
    }

    // containerd platforms: arm64 is v8 and arm is v7 where nothing is said.
    private static Platform WithDefaultVariant(Platform platform) => platform switch
    {
        { Architecture: "arm64", Variant: null } => platform with { Variant = "v8" },
        { Architecture: "arm", Variant: null } => platform with { Variant = "v7" },
        _ => platform,
    };
}
