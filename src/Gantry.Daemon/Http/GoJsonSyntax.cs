namespace Gantry.Daemon.Http;

/// <summary>
/// Finds what Go's decoder (encoding/json's scanner) finds wrong with the syntax of a text's first JSON value, and says it in
/// its words. Knows no types: a value of the wrong kind is fine here.
/// </summary>
internal ref struct GoJsonSyntax
{
    private const string Ended = "unexpected EOF";
    private const int DeepestNesting = 10000;

    private readonly ReadOnlySpan<byte> text;
    private int at;

    private GoJsonSyntax(ReadOnlySpan<byte> text) => this.text = text;

    private enum Due
    {
        Value,
        ValueOrEnd,
        Key,
        KeyOrEnd,
        CommaOrEnd,
    }

    private readonly bool IsAtEnd => at >= text.Length;

    /// <param name="consumed">Bytes up to the end of the value, or up to the fault.</param>
    /// <returns>Null when the value is whole; what follows it is not looked at.</returns>
    public static string? FindFault(ReadOnlySpan<byte> text, out int consumed)
    {
        var scanner = new GoJsonSyntax(text);
        var fault = scanner.Value();
        consumed = scanner.at;
        return fault;
    }

    private string? Value()
    {
        var enclosing = new Stack<bool>();
        var due = Due.Value;
        string? fault = null;
        while (fault is null && (due != Due.CommaOrEnd || enclosing.Count > 0))
        {
            SkipBlanks();
            if (IsAtEnd)
            {
                return Ended;
            }

            var c = text[at];
            (due, fault) = due switch
            {
                Due.ValueOrEnd when c == ']' => Leave(enclosing),
                Due.Value or Due.ValueOrEnd when c is (byte)'{' or (byte)'[' => Enter(enclosing, c == '{'),
                Due.Value or Due.ValueOrEnd => (Due.CommaOrEnd, Scalar(c)),
                Due.KeyOrEnd when c == '}' => Leave(enclosing),
                Due.Key or Due.KeyOrEnd => (Due.Value, c == '"' ? Key() : Unexpected("looking for beginning of object key string")),
                _ when c == (enclosing.Peek() ? '}' : ']') => Leave(enclosing),
                _ when c == ',' => Next(enclosing.Peek() ? Due.Key : Due.Value),
                _ => (due, Unexpected(enclosing.Peek() ? "after object key:value pair" : "after array element")),
            };
        }

        return fault;
    }

    private (Due, string?) Next(Due due)
    {
        at++;
        return (due, null);
    }

    private (Due, string?) Enter(Stack<bool> enclosing, bool isObject)
    {
        enclosing.Push(isObject);
        return enclosing.Count > DeepestNesting ? (Due.Value, "exceeded max depth") : Next(isObject ? Due.KeyOrEnd : Due.ValueOrEnd);
    }

    private (Due, string?) Leave(Stack<bool> enclosing)
    {
        enclosing.Pop();
        return Next(Due.CommaOrEnd);
    }

    private string? Scalar(byte c) => c switch
    {
        (byte)'"' => String(),
        (byte)'t' => Literal("true"),
        (byte)'f' => Literal("false"),
        (byte)'n' => Literal("null"),
        (byte)'-' or (>= (byte)'0' and <= (byte)'9') => Number(),
        _ => Unexpected("looking for beginning of value"),
    };

    private string? Key()
    {
        if (String() is { } fault)
        {
            return fault;
        }

        SkipBlanks();
        return Take((byte)':') ? null : Unexpected("after object key");
    }

    private string? Literal(string word)
    {
        for (var i = 0; i < word.Length; i++)
        {
            if (!Take((byte)word[i]))
            {
                return Unexpected($"in literal {word} (expecting '{word[i]}')");
            }
        }

        return null;
    }

    // RFC 8259: no leading zeros; what follows the number is its surroundings' affair.
    private string? Number()
    {
        Take((byte)'-');
        if (!Take((byte)'0') && !TakeDigits())
        {
            return Unexpected("in numeric literal");
        }

        if (Take((byte)'.') && !TakeDigits())
        {
            return Unexpected("after decimal point in numeric literal");
        }

        if (Take((byte)'e') || Take((byte)'E'))
        {
            _ = Take((byte)'+') || Take((byte)'-');
            return TakeDigits() ? null : Unexpected("in exponent of numeric literal");
        }

        return null;
    }

    private string? String()
    {
        at++;
        while (!Take((byte)'"'))
        {
            if (IsAtEnd || text[at] < ' ')
            {
                return Unexpected("in string literal");
            }

            if (text[at++] == '\\' && Escape() is { } fault)
            {
                return fault;
            }
        }

        return null;
    }

    private string? Escape()
    {
        if (!Take((byte)'u'))
        {
            return !IsAtEnd && """bfnrt\/""" is var known && (known.Contains((char)text[at], StringComparison.Ordinal) || text[at] == '"') ? TakeAny() : Unexpected("in string escape code");
        }

        for (var digits = 0; digits < 4; digits++, at++)
        {
            if (IsAtEnd || !char.IsAsciiHexDigit((char)text[at]))
            {
                return Unexpected("in \\u hexadecimal character escape");
            }
        }

        return null;
    }

    private string? TakeAny()
    {
        at++;
        return null;
    }

    private bool Take(byte wanted)
    {
        var found = !IsAtEnd && text[at] == wanted;
        at += found ? 1 : 0;
        return found;
    }

    private bool TakeDigits()
    {
        var start = at;
        while (!IsAtEnd && char.IsAsciiDigit((char)text[at]))
        {
            at++;
        }

        return at > start;
    }

    private void SkipBlanks()
    {
        while (!IsAtEnd && text[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n')
        {
            at++;
        }
    }

    private readonly string Unexpected(string where) => IsAtEnd ? Ended : $"invalid character {Quote(text[at])} {where}";

    // A byte counts as a character, as in Go: of "é" the first of two is named, as 'Ã'.
    private static string Quote(byte c) => c switch
    {
        (byte)'\'' => @"'\''",
        (byte)'"' => "'\"'",
        (byte)'\\' => @"'\\'",
        (byte)'\a' => @"'\a'",
        (byte)'\b' => @"'\b'",
        (byte)'\f' => @"'\f'",
        (byte)'\n' => @"'\n'",
        (byte)'\r' => @"'\r'",
        (byte)'\t' => @"'\t'",
        (byte)'\v' => @"'\v'",
        < 0x20 or 0x7F => $@"'\x{c:x2}'",
        >= 0x80 and <= 0xA0 or 0xAD => $@"'\u00{c:x2}'",
        _ => $"'{(char)c}'",
    };
}
