using Gantry.Build;
using Gantry.Images;

namespace Gantry.Engine;

/// <summary>Dockerfile instructions applied to an image's settings by commit and import (<c>--change</c>).</summary>
internal static class ImageChanges
{
    public static ProcessDefaults Apply(ProcessDefaults config, IReadOnlyList<string> changes) => changes.Count == 0 ? config : DockerfileChanges.Apply(config, changes);
}
