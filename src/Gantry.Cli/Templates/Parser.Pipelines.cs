using System.Globalization;

namespace Gantry.Cli.Templates;

/// <content>Pipelines, commands and operands.</content>
internal sealed partial class Parser
{
    private Pipeline ParsePipeline(string context, TokenKind end)
    {
        var start = PeekPastSpace.Position;
        var (names, declares) = Targets(context);
        var commands = new List<CallNode>();
        while (true)
        {
            var token = PeekPastSpace;
            if (token.Kind == end)
            {
                NextPastSpace();
                return Checked(new Pipeline(start, names, declares, commands), context);
            }

            if (token.Kind is TokenKind.Boolean or TokenKind.Character or TokenKind.Dot or TokenKind.Field or TokenKind.Identifier or TokenKind.Number
                or TokenKind.Nil or TokenKind.String or TokenKind.Variable or TokenKind.LeftParenthesis)
            {
                commands.Add(Call());
            }
            else
            {
                throw Unexpected(NextPastSpace(), context);
            }
        }
    }

    private Pipeline Checked(Pipeline pipeline, string context)
    {
        if (pipeline.Commands.Count == 0)
        {
            throw Fail($"missing value for {context}");
        }

        var bad = pipeline.Commands.Skip(1).ToList().FindIndex(command => command.Operands[0] is LiteralNode or DotNode);
        return bad < 0 ? pipeline : throw Fail($"non executable command in pipeline stage {bad + 2}");
    }

    // "$x :=", "$i, $x :=" or "$x ="; otherwise nothing is consumed.
    private (IReadOnlyList<string> Names, bool Declares) Targets(string context)
    {
        var names = new List<string>();
        while (PeekPastSpace.Kind == TokenKind.Variable)
        {
            var before = position;
            var name = NextPastSpace().Text;
            switch (PeekPastSpace)
            {
                case { Kind: TokenKind.Declare or TokenKind.Assign }:
                    names.Add(name);
                    variables.Add(name);
                    return (names, NextPastSpace().Kind == TokenKind.Declare);
                case { Kind: TokenKind.Other, Text: "," }:
                    NextPastSpace();
                    names.Add(name);
                    variables.Add(name);
                    if (context != "range" || names.Count >= 2)
                    {
                        throw Fail($"too many declarations in {context}");
                    }

                    if (PeekPastSpace.Kind is not (TokenKind.Variable or TokenKind.RightDelimiter or TokenKind.RightParenthesis))
                    {
                        throw Fail("range can only initialize variables");
                    }

                    break;
                default:
                    position = before;
                    return (names, true);
            }
        }

        return (names, true);
    }

    private CallNode Call()
    {
        var start = PeekPastSpace.Position;
        var operands = new List<Node>();
        while (true)
        {
            if (Operand() is { } operand)
            {
                operands.Add(operand);
            }

            switch (Peek.Kind)
            {
                case TokenKind.Space:
                    Next();
                    continue;
                case TokenKind.RightDelimiter or TokenKind.RightParenthesis:
                    break;
                case TokenKind.Pipe:
                    Next();
                    break;
                default:
                    throw Unexpected(Next(), "operand");
            }

            return operands.Count > 0 ? new CallNode(start, operands) : throw Fail("empty command");
        }
    }

    private Node? Operand()
    {
        var term = Term();
        if (term is null || Peek.Kind != TokenKind.Field)
        {
            return term;
        }

        var start = Peek.Position;
        var path = new List<string>();
        while (Peek.Kind == TokenKind.Field)
        {
            path.Add(Next().Text[1..]);
        }

        return term switch
        {
            FieldNode field => field with { Position = start, Path = [.. field.Path, .. path] },
            LiteralNode or DotNode => throw Fail($"unexpected . after term {GoText.Quote(term.ToString()!)}"),
            _ => new FieldNode(start, term, path),
        };
    }

    private Node? Term()
    {
        var token = PeekPastSpace;
        if (token.Kind is not (TokenKind.Identifier or TokenKind.Dot or TokenKind.Nil or TokenKind.Variable or TokenKind.Field or TokenKind.Boolean
            or TokenKind.Character or TokenKind.Number or TokenKind.String or TokenKind.LeftParenthesis))
        {
            position += Peek.Kind == TokenKind.Space ? 1 : 0;
            return null;
        }

        NextPastSpace();
        return token.Kind switch
        {
            TokenKind.Identifier => Functions.Exists(token.Text) ? new FunctionNode(token.Position, token.Text) : throw Fail($"function {GoText.Quote(token.Text)} not defined"),
            TokenKind.Dot => new DotNode(token.Position),
            TokenKind.Nil => new LiteralNode(token.Position, null, "nil"),
            TokenKind.Variable => variables.Contains(token.Text) ? new VariableNode(token.Position, token.Text) : throw Fail($"undefined variable {GoText.Quote(token.Text)}"),
            TokenKind.Field => new FieldNode(token.Position, new DotNode(token.Position), [token.Text[1..]]),
            TokenKind.Boolean => new LiteralNode(token.Position, token.Text == "true", token.Text),
            TokenKind.Character => new LiteralNode(token.Position, Character(token.Text), token.Text),
            TokenKind.Number => new LiteralNode(token.Position, Number(token.Text), token.Text),
            TokenKind.String => new LiteralNode(token.Position, GoText.Unquote(token.Text) ?? throw Fail("invalid syntax"), token.Text),
            _ => ParsePipeline("parenthesized pipeline", TokenKind.RightParenthesis),
        };
    }

    private object Character(string text)
    {
        var value = text.Length > 2 ? GoText.Unquote(text) : null;
        var runes = value?.EnumerateRunes().ToArray();
        return runes is null or [] ? throw Fail("invalid syntax") : runes.Length == 1 ? (long)runes[0].Value : throw Fail($"malformed character constant: {text}");
    }

    private object Number(string text)
    {
        var plain = text.Replace("_", "");
        var (sign, digits) = plain[0] is '+' or '-' ? (plain[0] == '-' ? -1L : 1L, plain[1..]) : (1L, plain);
        var radix = digits.Length > 1 && digits[0] == '0' ? char.ToLowerInvariant(digits[1]) : ' ';
        if (!digits.AsSpan().ContainsAny(".pP") && (radix == 'x' || !digits.AsSpan().ContainsAny("eE")))
        {
            try
            {
                return sign * (radix switch
                {
                    'x' => Convert.ToInt64(digits[2..], 16),
                    'b' => Convert.ToInt64(digits[2..], 2),
                    'o' => Convert.ToInt64(digits[2..], 8),
                    >= '0' and <= '9' => Convert.ToInt64(digits, 8),
                    _ => long.Parse(digits, CultureInfo.InvariantCulture),
                });
            }
            catch (Exception e) when (e is FormatException or ArgumentException)
            {
                throw Fail($"illegal number syntax: {GoText.Quote(text)}");
            }
            catch (OverflowException)
            {
                throw Fail($"integer overflow: {GoText.Quote(text)}");
            }
        }

        return double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) ? real : throw Fail($"illegal number syntax: {GoText.Quote(text)}");
    }
}
