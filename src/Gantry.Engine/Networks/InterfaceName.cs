using System.Text.RegularExpressions;

namespace Gantry.Engine.Networks;

/// <summary>What may be an interface's name here: less than the kernel takes, because names go into paths and into nft's language.</summary>
internal static partial class InterfaceName
{
    public static bool IsValid(string name) => Allowed().IsMatch(name) && name is not ("." or "..");

    // IFNAMSIZ is 16 with the zero.
    [GeneratedRegex(@"\A[a-zA-Z0-9_.-]{1,15}\z")]
    private static partial Regex Allowed();
}
