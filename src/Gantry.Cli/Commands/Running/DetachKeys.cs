namespace Gantry.Cli.Commands.Running;

/// <summary>Watches the terminal's input for the key sequence that leaves a container without stopping it.</summary>
internal sealed class DetachKeys
{
    private readonly byte[] keys;
    private int matched;

    private DetachKeys(byte[] keys) => this.keys = keys;

    /// <summary>Ctrl-P, Ctrl-Q.</summary>
    public static DetachKeys Default => new([16, 17]);

    /// <param name="text"><c>ctrl-p,ctrl-q</c> or single characters; null or empty for the default.</param>
    /// <exception cref="FormatException">In docker's words.</exception>
    public static DetachKeys Parse(string? text) => string.IsNullOrEmpty(text) ? Default : new DetachKeys(text.Split(',').Select(Key).ToArray());

    /// <summary>
    /// Returns what of the input goes to the container; a sequence that turns out to be something else is given later, in
    /// front of what followed it.
    /// </summary>
    public byte[] Filter(ReadOnlySpan<byte> input, out bool detached)
    {
        var output = new List<byte>(input.Length + matched);
        detached = false;
        foreach (var key in input)
        {
            if (key == keys[matched])
            {
                matched++;
                if (matched == keys.Length)
                {
                    matched = 0;
                    detached = true;
                    break;
                }

                continue;
            }

            output.AddRange(keys.AsSpan(0, matched));
            matched = 0;
            if (key == keys[0])
            {
                matched = 1;
            }
            else
            {
                output.Add(key);
            }
        }

        return [.. output];
    }

    private static byte Key(string text) => text switch
    {
        [var single] when single < 128 => (byte)single,
        _ when text.StartsWith("ctrl-", StringComparison.Ordinal) && text.Length == 6 => text[5] switch
        {
            >= 'a' and <= 'z' and var letter => (byte)(letter - 'a' + 1),
            '@' => 0,
            '[' => 27,
            '\\' => 28,
            ']' => 29,
            '^' => 30,
            '_' => 31,
            _ => throw new FormatException($"Unknown character: '{text}'"),
        },
        _ => throw new FormatException($"invalid detach keys ({text}): Unknown character: '{text}'"),
    };
}
