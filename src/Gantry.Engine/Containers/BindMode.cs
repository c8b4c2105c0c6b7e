using Gantry.Core;

namespace Gantry.Engine.Containers;

/// <summary>The third part of <c>-v source:destination:mode</c>: at most one of each kind.</summary>
internal sealed record BindMode(bool IsWritable, bool NoCopy, string? Propagation)
{
    private static readonly string[][] Kinds =
    [
        ["rw", "ro"],
        ["z", "Z"],
        ["nocopy"],
        ["shared", "rshared", "slave", "rslave", "private", "rprivate"],
        ["consistent", "cached", "delegated", "default"],
    ];

    /// <exception cref="GantryException">InvalidArgument, <c>invalid mode: x</c>.</exception>
    public static BindMode Parse(string mode)
    {
        var parts = mode.Length == 0 ? [] : mode.Split(',');
        if (parts.Any(part => !Kinds.Any(kind => kind.Contains(part))) || Kinds.Any(kind => parts.Count(kind.Contains) > 1))
        {
            throw GantryException.Invalid($"invalid mode: {mode}");
        }

        return new BindMode(!parts.Contains("ro"), parts.Contains("nocopy"), parts.FirstOrDefault(Kinds[3].Contains));
    }
}
