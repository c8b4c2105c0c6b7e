using Gantry.Core;

namespace Gantry.Engine.Containers;

/// <summary>
/// The folder with the daemon's own mounts. A container that binds it, a folder above or one below must let go of what the daemon unmounts:
/// a private copy would keep it mounted, so the bind is a slave of the host's mounts where these propagate. As with Docker, the paths are compared as texts.
/// </summary>
internal sealed class DaemonRoot(string directory)
{
    /// <summary>Whether mounting the source would take the daemon's mounts along.</summary>
    public bool Touches(string source) => source.StartsWith(directory, StringComparison.Ordinal) || directory.StartsWith(source, StringComparison.Ordinal);

    /// <exception cref="GantryException">InvalidArgument: the propagation asked for would hold the daemon's mounts.</exception>
    public void Check(string source, string? asked)
    {
        if (asked is not (null or "rslave" or "rshared") && Touches(source))
        {
            throw GantryException.Invalid($"invalid mount config: must use either propagation mode \"rslave\" or \"rshared\" when mount source is within the daemon root, daemon root: \"{directory}\", bind mount source: \"{source}\", propagation: \"{asked}\"");
        }
    }
}
