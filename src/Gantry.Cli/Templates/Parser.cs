using System.Globalization;

namespace Gantry.Cli.Templates;

/// <summary>Builds the tree of a template; messages are text/template's.</summary>
internal sealed class Parser
{
    private readonly IReadOnlyList<Token> tokens;
    private readonly Dictionary<string, IReadOnlyList<Node>> templates;
    private int position;
    private int rangeDepth;

    private Parser(IReadOnlyList<Token> tokens, Dictionary<string, IReadOnlyList<Node>> templates)
    {
        this.tokens = tokens;
        this.templates = templates;
    }

    private Token Next => tokens[position];

    /// <summary>The main template; named ones go to <paramref name="templates"/>.</summary>
    public static IReadOnlyList<Node> Parse(string source, Dictionary<string, IReadOnlyList<Node>> templates)
    {
        var parser = new Parser(Lexer.Tokenize(source), templates);
        var (nodes, end) = parser.Block();
        return end == "EOF" ? nodes : throw parser.Fail($"unexpected {{{{{end}}}}}");
    }

    // Reads to end, else or the end of the text, and tells which.
    private (IReadOnlyList<Node> Nodes, string End) Block()
    {
        var nodes = new List<Node>();
        while (true)
        {
            var token = Take();
            if (token.Kind == TokenKind.End)
            {
                return (nodes, "EOF");
            }

            if (token.Kind == TokenKind.Text)
            {
                nodes.Add(new TextNode(token.Line, token.Text));
                continue;
            }

            SkipSpace();
            var keyword = Next.Kind == TokenKind.Identifier ? Next.Text : "";
            switch (keyword)
            {
                case "end":
                    position++;
                    Close();
                    return (nodes, "end");
                case "else":
                    position++;
                    SkipSpace();
                    if (Next is { Kind: TokenKind.Identifier, Text: "if" or "with" })
                    {
                        return (nodes, "else " + Next.Text);
                    }

                    Close();
                    return (nodes, "else");
                case "define":
                    position++;
                    Define();
                    break;
                default:
                    nodes.Add(Statement(keyword, token.Line));
                    break;
            }
        }
    }

    private Node Statement(string keyword, int line)
    {
        switch (keyword)
        {
            case "if":
                var (condition, then, otherwise) = Control("if");
                return new IfNode(line, condition, then, otherwise);
            case "with":
                var (value, body, without) = Control("with");
                return new WithNode(line, value, body, without);
            case "range":
                rangeDepth++;
                var (items, loop, empty) = Control("range");
                rangeDepth--;
                return new RangeNode(line, items, loop, empty);
            case "template":
                position++;
                return new TemplateNode(line, Name("template"), OptionalPipeline());
            case "block":
                position++;
                var name = Name("block");
                var argument = OptionalPipeline();
                templates[name] = Body("block");
                return new TemplateNode(line, name, argument);
            case "break" or "continue":
                position++;
                Close();
                return rangeDepth == 0 ? throw Fail($"{{{{{keyword}}}}} outside {{{{range}}}}") : keyword == "break" ? new BreakNode(line) : new ContinueNode(line);
            default:
                var pipeline = ParsePipeline();
                Close();
                return new ActionNode(line, pipeline);
        }
    }

    private (Pipeline Pipeline, IReadOnlyList<Node> Then, IReadOnlyList<Node> Else) Control(string keyword)
    {
        position++;
        var pipeline = ParsePipeline();
        Close();
        var (then, end) = Block();
        switch (end)
        {
            case "end":
                return (pipeline, then, []);
            case "else":
                return (pipeline, then, Body(keyword));
            case "else if" or "else with":
                // {{else if x}} is {{else}}{{if x}} with one {{end}} for both.
                return (pipeline, then, [Statement(end[5..], Next.Line)]);
            default:
                throw Fail("unexpected EOF");
        }
    }

    private IReadOnlyList<Node> Body(string keyword)
    {
        var (nodes, end) = Block();
        return end == "end" ? nodes : throw Fail(end == "EOF" ? "unexpected EOF" : $"unexpected {{{{{end}}}}} in {keyword}");
    }

    private void Define()
    {
        var name = Name("define");
        Close();
        templates[name] = Body("define");
    }

    private string Name(string context)
    {
        SkipSpace();
        var token = Take();
        return token.Kind == TokenKind.String ? token.Text : throw Fail($"unexpected \"{token.Text}\" in {context} clause");
    }

    private Pipeline? OptionalPipeline()
    {
        SkipSpace();
        var pipeline = Next.Kind == TokenKind.RightDelimiter ? null : ParsePipeline();
        Close();
        return pipeline;
    }

    private Pipeline ParsePipeline()
    {
        SkipSpace();
        var (variables, declares) = Targets();
        var commands = new List<CallNode>();
        while (true)
        {
            commands.Add(Call());
            SkipSpace();
            if (Next.Kind != TokenKind.Pipe)
            {
                return new Pipeline(variables, declares, commands);
            }

            position++;
            SkipSpace();
        }
    }

    // "$x :=", "$i, $x :=" or "$x ="; otherwise nothing is consumed.
    private (IReadOnlyList<string> Variables, bool Declares) Targets()
    {
        var start = position;
        var names = new List<string>();
        while (Next.Kind == TokenKind.Variable)
        {
            names.Add(Take().Text);
            SkipSpace();
            if (Next.Kind is TokenKind.Declare or TokenKind.Assign)
            {
                var declares = Take().Kind == TokenKind.Declare;
                SkipSpace();
                return (names, declares);
            }

            if (Next.Kind != TokenKind.Comma)
            {
                break;
            }

            position++;
            SkipSpace();
        }

        position = start;
        return ([], false);
    }

    private CallNode Call()
    {
        var operands = new List<Operand>();
        while (true)
        {
            SkipSpace();
            if (Next.Kind is TokenKind.Pipe or TokenKind.RightDelimiter or TokenKind.RightParenthesis)
            {
                return operands.Count > 0 ? new CallNode(operands) : throw Fail("missing value for command");
            }

            operands.Add(ParseOperand());
        }
    }

    private Operand ParseOperand()
    {
        var token = Take();
        Operand operand = token.Kind switch
        {
            TokenKind.Dot => new DotOperand(),
            TokenKind.Field => new FieldOperand(new DotOperand(), [token.Text]),
            TokenKind.Variable => new VariableOperand(token.Text),
            TokenKind.String => new LiteralOperand(token.Text),
            TokenKind.Character => new LiteralOperand(long.Parse(token.Text, CultureInfo.InvariantCulture)),
            TokenKind.Number => new LiteralOperand(Number(token.Text)),
            TokenKind.LeftParenthesis => Parenthesis(),
            TokenKind.Identifier => token.Text switch
            {
                "true" => new LiteralOperand(true),
                "false" => new LiteralOperand(false),
                "nil" => new LiteralOperand(null),
                _ when Functions.Exists(token.Text) => new FunctionOperand(token.Text),
                _ => throw Fail($"function \"{token.Text}\" not defined"),
            },
            _ => throw Fail($"unexpected \"{token.Text}\" in operand"),
        };
        var path = new List<string>();
        while (Next.Kind == TokenKind.Field)
        {
            path.Add(Take().Text);
        }

        return path.Count == 0 ? operand : operand is FieldOperand field ? field with { Path = [.. field.Path, .. path] } : new FieldOperand(operand, path);
    }

    private PipelineOperand Parenthesis()
    {
        var pipeline = ParsePipeline();
        return Take().Kind == TokenKind.RightParenthesis ? new PipelineOperand(pipeline) : throw Fail("unclosed left paren");
    }

    private object Number(string text)
    {
        var plain = text.Replace("_", "");
        if (plain.StartsWith("0x", StringComparison.OrdinalIgnoreCase) && long.TryParse(plain.AsSpan(2), NumberStyles.AllowHexSpecifier, null, out var hex))
        {
            return hex;
        }

        return long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var integer) ? integer
            : double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out var real) ? (object)real
            : throw Fail($"bad number syntax: \"{text}\"");
    }

    private void Close()
    {
        SkipSpace();
        var token = Take();
        if (token.Kind != TokenKind.RightDelimiter)
        {
            throw Fail($"unexpected \"{token.Text}\" in command");
        }
    }

    private void SkipSpace()
    {
        while (Next.Kind == TokenKind.Space)
        {
            position++;
        }
    }

    private Token Take() => tokens[position].Kind == TokenKind.End ? tokens[position] : tokens[position++];

    private TemplateException Fail(string message) => new($"template: :{tokens[Math.Min(position, tokens.Count - 1)].Line}: {message}");
}
