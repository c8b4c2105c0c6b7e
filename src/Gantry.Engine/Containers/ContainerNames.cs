using System.Text.RegularExpressions;
using Gantry.Core;

namespace Gantry.Engine.Containers;

/// <summary>What containers may be called, and names for those that nobody named.</summary>
internal static partial class ContainerNames
{
    private static readonly string[] Moods =
    [
        "able", "amber", "apt", "bold", "brave", "bright", "brisk", "calm", "clear", "clever", "cosy", "crisp", "deft", "eager", "early", "fair",
        "fleet", "fond", "frank", "fresh", "gentle", "glad", "golden", "grand", "happy", "hardy", "hearty", "humble", "jolly", "keen", "kind", "lively",
        "loyal", "lucky", "lucid", "mellow", "merry", "mighty", "modest", "neat", "nimble", "noble", "patient", "plucky", "polite", "proud", "quick", "quiet",
        "ready", "rosy", "sage", "sharp", "silver", "sleek", "smart", "snug", "solid", "spry", "steady", "sturdy", "sunny", "swift", "tidy", "vivid",
    ];

    private static readonly string[] Things =
    [
        "anchor", "anvil", "arch", "barge", "beacon", "boom", "bridge", "buoy", "cable", "canal", "cargo", "compass", "convoy", "coral", "crane", "crate",
        "current", "dock", "drift", "ferry", "fjord", "freight", "galley", "girder", "gull", "harbour", "haven", "hoist", "hull", "island", "jetty", "keel",
        "ladder", "lagoon", "lantern", "lever", "lighthouse", "lock", "mast", "mooring", "oar", "pallet", "pier", "pilot", "pulley", "quay", "raft", "rigging",
        "rudder", "sail", "sextant", "sloop", "spar", "tern", "tide", "tiller", "trawler", "tug", "vessel", "voyage", "wake", "wharf", "winch", "yard",
    ];

    /// <exception cref="GantryException">InvalidArgument, Docker's words.</exception>
    public static string Checked(string name) => TryCheck(name) ?? throw GantryException.Invalid($"Invalid container name ({name}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");

    /// <summary>The name without its slash, null when it is none.</summary>
    public static string? TryCheck(string name)
    {
        var bare = name.StartsWith('/') ? name[1..] : name;
        return Allowed().IsMatch(bare) ? bare : null;
    }

    public static string Random(Func<string, bool> isFree)
    {
        while (true)
        {
            var name = $"{Moods[System.Random.Shared.Next(Moods.Length)]}_{Things[System.Random.Shared.Next(Things.Length)]}";
            if (isFree(name) || isFree(name += System.Random.Shared.Next(10, 9999)))
            {
                return name;
            }
        }
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9][a-zA-Z0-9_.-]+\z")]
    private static partial Regex Allowed();
}
