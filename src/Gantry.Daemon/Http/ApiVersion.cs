using System.Globalization;
using Gantry.Core;

namespace Gantry.Daemon.Http;

/// <summary>A version of Docker's API, <c>1.24</c> to <c>1.51</c>; it decides the shape of some answers (see <see cref="Mapping"/>).</summary>
internal sealed record ApiVersion(int Major, int Minor)
{
    private static readonly ApiVersion[] Known = [.. Enumerable.Range(24, 28).Select(minor => new ApiVersion(1, minor))];

    public static ApiVersion Minimum => Known[0];

    public static ApiVersion Current => Known[^1];

    public static string TooOld(string version) => $"client version {version} is too old. Minimum supported API version is {Minimum}, please upgrade your client to a newer version";

    public bool AtLeast(int minor) => Minor >= minor;

    /// <summary>Reads <c>1.44</c>.</summary>
    /// <exception cref="GantryException">InvalidArgument for versions out of range.</exception>
    public static bool TryParse(ReadOnlySpan<char> text, out ApiVersion version)
    {
        version = Current;
        var dot = text.IndexOf('.');
        if (dot < 1
            || !int.TryParse(text[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            || !int.TryParse(text[(dot + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var minor))
        {
            return false;
        }

        if (major < 1 || (major == 1 && minor < Minimum.Minor))
        {
            throw GantryException.Invalid(TooOld($"{major}.{minor}"));
        }

        if (major > 1 || minor > Current.Minor)
        {
            throw GantryException.Invalid($"client version {major}.{minor} is too new. Maximum supported API version is {Current}");
        }

        version = Known[minor - Minimum.Minor];
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");
}
