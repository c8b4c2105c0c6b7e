using System.Globalization;
using System.Text;

namespace Gantry.Cli.Templates;

/// <summary>Go's fmt: Sprint, Sprintln and Sprintf over a template's values.</summary>
internal static class Printing
{
    /// <summary>Blanks between operands when neither is a string (fmt.Sprint).</summary>
    public static string Print(IReadOnlyList<object?> args)
    {
        var text = new StringBuilder();
        for (var i = 0; i < args.Count; i++)
        {
            if (i > 0 && Values.Plain(args[i]) is not string && Values.Plain(args[i - 1]) is not string)
            {
                text.Append(' ');
            }

            text.Append(Values.Text(args[i]));
        }

        return text.ToString();
    }

    public static string PrintLine(IReadOnlyList<object?> args) => string.Join(' ', args.Select(Values.Text)) + "\n";

    /// <summary>fmt.Sprintf, with flags, width, precision, <c>*</c> and <c>[n]</c>; what does not fit shows as <c>%!d(string=x)</c> does in Go.</summary>
    public static string Format(string format, IReadOnlyList<object?> args)
    {
        var text = new StringBuilder();
        var state = new Arguments(format, args);
        while (state.At < format.Length)
        {
            var percent = format.IndexOf('%', state.At);
            if (percent < 0)
            {
                text.Append(format, state.At, format.Length - state.At);
                break;
            }

            text.Append(format, state.At, percent - state.At);
            state.At = percent + 1;
            text.Append(state.ReadOne());
        }

        if (!state.Reordered && state.Next < args.Count)
        {
            text.Append("%!(EXTRA ").AppendJoin(", ", args.Skip(state.Next).Select(a => a is null ? "<nil>" : $"{Kind(a)}={Values.Text(a)}")).Append(')');
        }

        return text.ToString();
    }

    public static string Kind(object? value) => Values.Operand(value) is long ? "int" : Values.TypeName(value);

    /// <summary>Where the format and its arguments are read.</summary>
    private sealed class Arguments(string format, IReadOnlyList<object?> args)
    {
        private bool good;

        public int At { get; set; }

        public int Next { get; private set; }

        public bool Reordered { get; private set; }

        public string ReadOne()
        {
            good = true;
            var verb = new Verb();
            var problem = "";
            while (At < format.Length && "+-# 0".Contains(format[At]))
            {
                verb.Add(format[At++]);
            }

            var indexed = Index();
            if (Star(ref indexed) is { } width)
            {
                verb.Width = width.Value is { } given ? Math.Abs(given) : null;
                verb.Minus |= width.Value < 0;
                problem = width.Value is null ? "%!(BADWIDTH)" : "";
            }
            else if (Number() is { } digits)
            {
                verb.Width = digits;
                good &= !indexed;
            }

            if (At < format.Length && format[At] == '.')
            {
                At++;
                good &= !indexed;
                indexed = Index();
                if (Star(ref indexed) is { } precision)
                {
                    verb.Precision = precision.Value is >= 0 ? precision.Value : null;
                    problem += precision.Value is null ? "%!(BADPREC)" : "";
                }
                else
                {
                    verb.Precision = Number() ?? 0;
                }
            }

            indexed = indexed || Index();
            if (At >= format.Length)
            {
                return problem + "%!(NOVERB)";
            }

            Rune.DecodeFromUtf16(format.AsSpan(At), out var letter, out var length);
            At += length;
            return problem + (letter.Value == '%' ? "%" : !good ? $"%!{letter}(BADINDEX)" : Next >= args.Count ? $"%!{letter}(MISSING)" : verb.Format(letter, args[Next++]));
        }

        // "[n]": the argument to go on with.
        private bool Index()
        {
            if (At >= format.Length || format[At] != '[')
            {
                return false;
            }

            Reordered = true;
            var close = format.IndexOf(']', At);
            if (close > 0 && int.TryParse(format.AsSpan(At + 1, close - At - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= args.Count)
            {
                (At, Next) = (close + 1, number - 1);
                return true;
            }

            good = false;
            At = close < 0 ? At + 1 : close + 1;
            return false;
        }

        private (int? Value, bool Given)? Star(ref bool indexed)
        {
            if (At >= format.Length || format[At] != '*')
            {
                return null;
            }

            At++;
            indexed = false;
            return (Next < args.Count && Values.Plain(args[Next++]) is long value ? (int)value : null, true);
        }

        private int? Number()
        {
            var start = At;
            while (At < format.Length && char.IsAsciiDigit(format[At]))
            {
                At++;
            }

            return At > start && int.TryParse(format.AsSpan(start, At - start), CultureInfo.InvariantCulture, out var value) ? value : null;
        }
    }
}
