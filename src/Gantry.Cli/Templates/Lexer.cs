using System.Text;

namespace Gantry.Cli.Templates;

/// <summary>Cuts a template into tokens (Go text/template/parse/lex.go is the grammar). What is wrong becomes the last token.</summary>
internal sealed class Lexer(string source)
{
    private static readonly HashSet<string> Keywords = ["block", "break", "continue", "define", "else", "end", "if", "range", "template", "with"];

    private readonly List<Token> tokens = [];
    private int position;
    private int start;
    private int depth;

    public static IReadOnlyList<Token> Tokenize(string source)
    {
        var lexer = new Lexer(source);
        lexer.Run();
        return lexer.tokens;
    }

    private bool Failed => tokens is [.., { Kind: TokenKind.Error }];

    private char Peek => position < source.Length ? source[position] : '\0';

    private void Run()
    {
        var trim = false;
        while (!Failed)
        {
            var open = source.IndexOf("{{", position, StringComparison.Ordinal);
            var end = open < 0 ? source.Length : open;
            var trims = open >= 0 && open + 3 < source.Length && source[open + 2] == '-' && IsSpace(source[open + 3]);
            start = position;
            while (trim && start < end && IsSpace(source[start]))
            {
                start++;
            }

            position = end;
            while (trims && position > start && IsSpace(source[position - 1]))
            {
                position--;
            }

            if (position > start)
            {
                Emit(TokenKind.Text);
            }

            start = position = end;
            if (open < 0)
            {
                Emit(TokenKind.End);
                return;
            }

            position += trims ? 4 : 2;
            trim = StartsWith("/*") ? Comment() : Action();
        }
    }

    // Both return whether blanks behind the closing delimiter go.
    private bool Comment()
    {
        var close = source.IndexOf("*/", position + 2, StringComparison.Ordinal);
        if (close < 0)
        {
            Fail("unclosed comment");
            return false;
        }

        position = close + 2;
        return AtRightDelimiter(out var trims) ? Skip(trims) : Fail("comment ends before closing delimiter");
    }

    private bool Action()
    {
        Emit(TokenKind.LeftDelimiter, source.AsSpan(start, 2).ToString());
        depth = 0;
        while (!Failed)
        {
            start = position;
            if (AtRightDelimiter(out var trims))
            {
                if (depth > 0)
                {
                    return Fail("unclosed left paren");
                }

                Skip(trims);
                Emit(TokenKind.RightDelimiter, "}}");
                return trims;
            }

            Inside();
        }

        return false;
    }

    private bool Skip(bool trims)
    {
        position += trims ? 4 : 2;
        return trims;
    }

    private bool AtRightDelimiter(out bool trims)
    {
        trims = position + 3 < source.Length && IsSpace(source[position]) && source.AsSpan(position + 1).StartsWith("-}}");
        return trims || StartsWith("}}");
    }

    private void Inside()
    {
        if (position >= source.Length)
        {
            Fail("unclosed action");
            return;
        }

        var c = source[position++];
        switch (c)
        {
            case ' ' or '\t' or '\r' or '\n':
                while (position < source.Length && IsSpace(source[position]) && !AtRightDelimiter(out _))
                {
                    position++;
                }

                Emit(TokenKind.Space);
                break;
            case '"' or '\'':
                Quoted(c);
                break;
            case '`':
                var end = source.IndexOf('`', position);
                position = end + 1;
                _ = end < 0 ? Fail("unterminated raw quoted string") : Emit(TokenKind.String);
                break;
            case '|':
                Emit(TokenKind.Pipe);
                break;
            case '(':
                depth++;
                Emit(TokenKind.LeftParenthesis);
                break;
            case ')':
                _ = --depth < 0 ? Fail("unexpected right paren") : Emit(TokenKind.RightParenthesis);
                break;
            case '=':
                Emit(TokenKind.Assign);
                break;
            case ':':
                _ = Accept("=") ? Emit(TokenKind.Declare) : Fail("expected :=");
                break;
            case '$':
                Word(TokenKind.Variable, TokenKind.Variable);
                break;
            case '.' when !char.IsAsciiDigit(Peek):
                Word(TokenKind.Field, TokenKind.Dot);
                break;
            case '.' or '+' or '-' or (>= '0' and <= '9'):
                position--;
                _ = ScanNumber() ? Emit(TokenKind.Number) : Fail($"bad number syntax: {GoText.Quote(source[start..position])}");
                break;
            case var letter when IsWord(letter):
                Word(TokenKind.Identifier, TokenKind.Identifier);
                break;
            case var printable when printable < 127 && !char.IsControl(printable):
                Emit(TokenKind.Other);
                break;
            default:
                Rune.DecodeFromUtf16(source.AsSpan(start), out var rune, out _);
                Fail("unrecognized character in action: " + GoText.Describe(rune));
                break;
        }
    }

    private void Word(TokenKind kind, TokenKind alone)
    {
        while (position < source.Length && IsWord(source[position]))
        {
            position++;
        }

        var text = source[start..position];
        if (position < source.Length && !IsSpace(Peek) && !".,|:)(".Contains(Peek) && !StartsWith("}}"))
        {
            Rune.DecodeFromUtf16(source.AsSpan(position), out var rune, out _);
            Fail("bad character " + GoText.Describe(rune));
            return;
        }

        Emit(kind != TokenKind.Identifier ? text.Length == 1 ? alone : kind
            : Keywords.Contains(text) ? TokenKind.Keyword
            : text is "true" or "false" ? TokenKind.Boolean
            : text == "nil" ? TokenKind.Nil : TokenKind.Identifier);
    }

    private bool ScanNumber()
    {
        Accept("+-");
        var digits = "0123456789_";
        if (Accept("0"))
        {
            digits = Accept("xX") ? "0123456789abcdefABCDEF_" : Accept("oO") ? "01234567_" : Accept("bB") ? "01_" : digits;
        }

        AcceptAll(digits);
        if (Accept("."))
        {
            AcceptAll(digits);
        }

        if ((digits.Length == 11 && Accept("eE")) || (digits.Length == 23 && Accept("pP")))
        {
            Accept("+-");
            AcceptAll("0123456789_");
        }

        if (position < source.Length && IsWord(Peek))
        {
            position++;
            return false;
        }

        return true;
    }

    private void Quoted(char quote)
    {
        while (true)
        {
            var c = position < source.Length ? source[position++] : '\n';
            if (c == '\\')
            {
                c = position < source.Length ? source[position++] == '\n' ? '\n' : ' ' : '\n';
            }
            else if (c == quote)
            {
                Emit(quote == '"' ? TokenKind.String : TokenKind.Character);
                return;
            }

            if (c == '\n')
            {
                Fail(quote == '"' ? "unterminated quoted string" : "unterminated character constant");
                return;
            }
        }
    }

    private bool Accept(string characters)
    {
        var found = position < source.Length && characters.Contains(source[position]);
        position += found ? 1 : 0;
        return found;
    }

    private void AcceptAll(string characters)
    {
        while (Accept(characters))
        {
        }
    }

    private bool StartsWith(string text) => source.AsSpan(Math.Min(position, source.Length)).StartsWith(text);

    private bool Emit(TokenKind kind, string? text = null)
    {
        tokens.Add(new Token(kind, text ?? source[start..position], start, 1 + source.AsSpan(0, start).Count('\n')));
        return true;
    }

    private bool Fail(string message)
    {
        Emit(TokenKind.Error, message);
        return false;
    }

    private static bool IsSpace(char c) => c is ' ' or '\t' or '\r' or '\n';

    private static bool IsWord(char c) => c == '_' || char.IsLetterOrDigit(c);
}
