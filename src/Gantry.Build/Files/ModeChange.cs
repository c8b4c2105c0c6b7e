using System.Globalization;
using Gantry.Build.Dockerfiles;

namespace Gantry.Build.Files;

/// <summary>What --chmod asks for: <c>644</c>, or <c>u=rwX,go-w</c> as chmod(1) takes it.</summary>
internal sealed class ModeChange
{
    private readonly List<(int Who, char Operation, string Permissions)> clauses = [];
    private readonly int? fixedMode;

    /// <exception cref="DockerfileException">In Docker's words.</exception>
    public ModeChange(string text)
    {
        if (text.All(char.IsAsciiDigit))
        {
            fixedMode = text.Length <= 5 && text.All(c => c < '8') && Convert.ToInt32(text, 8) is <= 0xFFF and var mode ? mode : throw NotOctal(text);
            return;
        }

        foreach (var clause in text.Split(','))
        {
            var operation = clause.AsSpan().IndexOfAny("+-=");
            if (operation < 0 || clause[..operation].AsSpan().ContainsAnyExcept("ugoa"))
            {
                throw NotOctal(text);
            }

            foreach (var part in Actions(clause[operation..]))
            {
                if (part.AsSpan(1).ContainsAnyExcept("rwxXstugo"))
                {
                    throw NotOctal(text);
                }

                clauses.Add((Who(clause[..operation]), part[0], part[1..]));
            }
        }
    }

    /// <summary>The mode of directories that are made on the way: Docker makes them with an octal mode under a umask of 022.</summary>
    public int MadeDirectory => (fixedMode ?? 0xFFF) & ~0x12 & (fixedMode is null ? 0x1FF : 0xFFF);

    /// <summary>The mode that a file of mode <paramref name="mode"/> gets.</summary>
    public int Apply(int mode, bool isDirectory)
    {
        if (fixedMode is { } set)
        {
            return set;
        }

        foreach (var (who, operation, permissions) in clauses)
        {
            var bits = Bits(permissions, mode, isDirectory) & who;
            mode = operation switch
            {
                '+' => mode | bits,
                '-' => mode & ~bits,
                _ => (mode & ~(who & (isDirectory ? 0x1FF : 0xFFF))) | bits,
            };
        }

        return mode;
    }

    // "u+x-w" is two actions.
    private static IEnumerable<string> Actions(string text)
    {
        var start = 0;
        for (var i = 1; i <= text.Length; i++)
        {
            if (i == text.Length || text[i] is '+' or '-' or '=')
            {
                yield return text[start..i];
                start = i;
            }
        }
    }

    private static int Who(string who) => who.Length == 0 ? 0xFFF : who.Aggregate(0, (mask, c) => mask | c switch
    {
        'u' => Convert.ToInt32("4700", 8),
        'g' => Convert.ToInt32("2070", 8),
        'o' => Convert.ToInt32("1007", 8),
        _ => 0xFFF,
    });

    private static int Bits(string permissions, int mode, bool isDirectory) => permissions.Aggregate(0, (bits, c) => bits | c switch
    {
        'r' => Convert.ToInt32("444", 8),
        'w' => Convert.ToInt32("222", 8),
        'x' => Convert.ToInt32("111", 8),
        'X' => isDirectory || (mode & Convert.ToInt32("111", 8)) != 0 ? Convert.ToInt32("111", 8) : 0,
        's' => Convert.ToInt32("6000", 8),
        't' => Convert.ToInt32("1000", 8),
        'u' => Everywhere((mode >> 6) & 7),
        'g' => Everywhere((mode >> 3) & 7),
        _ => Everywhere(mode & 7),
    });

    private static int Everywhere(int three) => (three << 6) | (three << 3) | three;

    private static DockerfileException NotOctal(string text) =>
        new(string.Create(CultureInfo.InvariantCulture, $"invalid chmod parameter: '{text}'. it should be octal string and between 0 and 07777"));
}
