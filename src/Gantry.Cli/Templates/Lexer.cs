using System.Text;

namespace Gantry.Cli.Templates;

/// <summary>Cuts a template into tokens (Go text/template/parse/lex.go is the grammar).</summary>
internal sealed class Lexer(string source)
{
    private readonly List<Token> tokens = [];
    private int position;
    private int line = 1;

    public static IReadOnlyList<Token> Tokenize(string source)
    {
        var lexer = new Lexer(source);
        lexer.Run();
        return lexer.tokens;
    }

    private void Run()
    {
        var trim = false;
        while (true)
        {
            var open = source.IndexOf("{{", position, StringComparison.Ordinal);
            var text = open < 0 ? source[position..] : source[position..open];
            line += text.Count(c => c == '\n');
            text = trim ? text.TrimStart(' ', '\t', '\r', '\n') : text;
            var trimsLeft = open >= 0 && open + 3 < source.Length && source[open + 2] == '-' && char.IsWhiteSpace(source[open + 3]);
            text = trimsLeft ? text.TrimEnd(' ', '\t', '\r', '\n') : text;
            if (text.Length > 0)
            {
                Emit(TokenKind.Text, text);
            }

            if (open < 0)
            {
                Emit(TokenKind.End, "EOF");
                return;
            }

            position = open + (trimsLeft ? 3 : 2);
            trim = Action();
        }
    }

    // Returns whether the text behind it is trimmed.
    private bool Action()
    {
        var rest = source.AsSpan(position).TrimStart();
        if (rest.StartsWith("/*"))
        {
            var end = source.IndexOf("*/", position, StringComparison.Ordinal);
            var close = end < 0 ? -1 : source.IndexOf("}}", end, StringComparison.Ordinal);
            if (close < 0)
            {
                throw Fail("unclosed comment");
            }

            position = close + 2;
            return source[end..close].TrimEnd().EndsWith('-');
        }

        Emit(TokenKind.LeftDelimiter, "{{");
        while (true)
        {
            if (position >= source.Length)
            {
                throw Fail("unclosed action");
            }

            var trims = source[position] == ' ' || source[position] == '\t' || source[position] == '\n';
            if (trims && source.AsSpan(position).TrimStart().StartsWith("-}}"))
            {
                position = source.IndexOf("-}}", position, StringComparison.Ordinal) + 3;
                Emit(TokenKind.RightDelimiter, "}}");
                return true;
            }

            if (source.AsSpan(position).StartsWith("}}"))
            {
                position += 2;
                Emit(TokenKind.RightDelimiter, "}}");
                return false;
            }

            Inside();
        }
    }

    private void Inside()
    {
        var c = source[position];
        switch (c)
        {
            case ' ' or '\t' or '\r' or '\n':
                while (position < source.Length && char.IsWhiteSpace(source[position]) && !source.AsSpan(position).StartsWith(" -}}"))
                {
                    line += source[position] == '\n' ? 1 : 0;
                    position++;
                }

                Emit(TokenKind.Space, " ");
                break;
            case '"':
                Quoted();
                break;
            case '`':
                var end = source.IndexOf('`', position + 1);
                if (end < 0)
                {
                    throw Fail("unterminated raw quoted string");
                }

                Emit(TokenKind.String, source[(position + 1)..end]);
                position = end + 1;
                break;
            case '\'':
                Character();
                break;
            case '|':
                Single(TokenKind.Pipe);
                break;
            case '(':
                Single(TokenKind.LeftParenthesis);
                break;
            case ')':
                Single(TokenKind.RightParenthesis);
                break;
            case ',':
                Single(TokenKind.Comma);
                break;
            case '=':
                Single(TokenKind.Assign);
                break;
            case ':' when position + 1 < source.Length && source[position + 1] == '=':
                position += 2;
                Emit(TokenKind.Declare, ":=");
                break;
            case '.' when position + 1 < source.Length && char.IsAsciiDigit(source[position + 1]):
                Number();
                break;
            case '.':
                position++;
                var field = Word();
                Emit(field.Length == 0 ? TokenKind.Dot : TokenKind.Field, field.Length == 0 ? "." : field);
                break;
            case '$':
                position++;
                Emit(TokenKind.Variable, "$" + Word());
                break;
            default:
                if (char.IsAsciiDigit(c) || c is '-' or '+')
                {
                    Number();
                }
                else if (char.IsLetter(c) || c == '_')
                {
                    Emit(TokenKind.Identifier, Word());
                }
                else
                {
                    throw Fail($"unexpected {Describe(c)} in command");
                }

                break;
        }
    }

    private void Single(TokenKind kind)
    {
        Emit(kind, source[position].ToString());
        position++;
    }

    private string Word()
    {
        var start = position;
        while (position < source.Length && (char.IsLetterOrDigit(source[position]) || source[position] == '_'))
        {
            position++;
        }

        return source[start..position];
    }

    private void Number()
    {
        var start = position++;
        while (position < source.Length && (char.IsAsciiLetterOrDigit(source[position]) || source[position] is '.' or '_'))
        {
            position++;
        }

        Emit(TokenKind.Number, source[start..position]);
    }

    private void Quoted()
    {
        var text = new StringBuilder();
        position++;
        while (true)
        {
            if (position >= source.Length || source[position] == '\n')
            {
                throw Fail("unterminated quoted string");
            }

            if (source[position] == '"')
            {
                position++;
                Emit(TokenKind.String, text.ToString());
                return;
            }

            text.Append(source[position] == '\\' ? Escape() : source[position++].ToString());
        }
    }

    private void Character()
    {
        position++;
        var text = position < source.Length && source[position] == '\\' ? Escape() : position < source.Length ? source[position++].ToString() : "";
        if (position >= source.Length || source[position] != '\'')
        {
            throw Fail("unterminated character constant");
        }

        position++;
        Emit(TokenKind.Character, ((int)text[0]).ToString());
    }

    private string Escape()
    {
        var c = position + 1 < source.Length ? source[position + 1] : throw Fail("unterminated quoted string");
        position += 2;
        return c switch
        {
            'n' => "\n",
            't' => "\t",
            'r' => "\r",
            'a' => "\a",
            'b' => "\b",
            'f' => "\f",
            'v' => "\v",
            '\\' or '"' or '\'' => c.ToString(),
            'x' => Hexadecimal(2),
            'u' => Hexadecimal(4),
            _ => throw Fail($"invalid syntax"),
        };
    }

    private string Hexadecimal(int digits)
    {
        var text = position + digits <= source.Length ? source.Substring(position, digits) : "";
        position += digits;
        return int.TryParse(text, System.Globalization.NumberStyles.AllowHexSpecifier, null, out var code) ? ((char)code).ToString() : throw Fail("invalid syntax");
    }

    private void Emit(TokenKind kind, string text) => tokens.Add(new Token(kind, text, line));

    private TemplateException Fail(string message) => new($"template: :{line}: {message}");

    private static string Describe(char c) => c < 128 ? $"\"{c}\"" : $"'{c}'";
}
