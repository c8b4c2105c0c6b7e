using Gantry.Core;

namespace Gantry.Engine.Containers;

/// <summary>Finds the detach sequence in what a terminal user types; bytes of a sequence that was not finished are passed on.</summary>
internal sealed class DetachKeys(byte[] sequence)
{
    private int matched;

    /// <summary>Reads <c>ctrl-p,ctrl-q</c>; null or empty gives just that.</summary>
    /// <exception cref="GantryException">InvalidArgument for an unknown key.</exception>
    public static byte[] Parse(string? keys) => TryParse(keys) ?? throw GantryException.Invalid($"Invalid detach keys ({keys}) provided");

    /// <summary>The same, null for an unknown key.</summary>
    public static byte[]? TryParse(string? keys)
    {
        if (string.IsNullOrEmpty(keys))
        {
            return [16, 17];
        }

        var sequence = keys.Split(',').Select(Key).ToArray();
        return sequence.All(key => key is not null) ? [.. sequence.Select(key => key!.Value)] : null;
    }

    public (ReadOnlyMemory<byte> Pass, bool Detached) Filter(ReadOnlySpan<byte> typed)
    {
        if (sequence.Length == 0)
        {
            return (typed.ToArray(), false);
        }

        List<byte> pass = new(typed.Length);
        foreach (var key in typed)
        {
            if (key == sequence[matched])
            {
                if (++matched == sequence.Length)
                {
                    matched = 0;
                    return (pass.ToArray(), true);
                }

                continue;
            }

            pass.AddRange(sequence.AsSpan(0, matched));
            matched = key == sequence[0] ? 1 : 0;
            if (matched == 0)
            {
                pass.Add(key);
            }
        }

        return (pass.ToArray(), false);
    }

    private static byte? Key(string text) => text switch
    {
        [var only] => (byte)only,
        ['c', 't', 'r', 'l', '-', var letter] when letter is >= 'a' and <= 'z' => (byte)(letter - 'a' + 1),
        "ctrl-@" => 0,
        "ctrl-[" => 27,
        "ctrl-\\" => 28,
        "ctrl-]" => 29,
        "ctrl-^" => 30,
        "ctrl-_" => 31,
        _ => null,
    };
}
