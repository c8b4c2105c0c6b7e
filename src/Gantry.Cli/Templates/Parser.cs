namespace Gantry.Cli.Templates;

/// <summary>Builds the tree of a template; messages are text/template's.</summary>
internal sealed partial class Parser
{
    private readonly IReadOnlyList<Token> tokens;
    private readonly Dictionary<string, IReadOnlyList<Node>> templates;
    private readonly string name;
    private List<string> variables = ["$"];
    private int position;
    private int rangeDepth;
    private int actionLine;

    private Parser(IReadOnlyList<Token> tokens, Dictionary<string, IReadOnlyList<Node>> templates, string name)
    {
        this.name = name;
        this.tokens = tokens;
        this.templates = templates;
    }

    private enum Ending
    {
        End,
        Else,
        Text,
    }

    private Token Peek => tokens[position];

    private Token PeekPastSpace => Peek.Kind == TokenKind.Space ? tokens[position + 1] : Peek;

    /// <summary>The main template; named ones go to <paramref name="templates"/>.</summary>
    public static IReadOnlyList<Node> Parse(string source, Dictionary<string, IReadOnlyList<Node>> templates, string name)
    {
        var parser = new Parser(Lexer.Tokenize(source), templates, name);
        var nodes = new List<Node>();
        return parser.List(nodes, top: true) switch
        {
            Ending.Text => nodes,
            var ending => throw parser.Fail($"unexpected {NameOf(ending)}"),
        };
    }

    // Reads up to an end, an else or the end of the text, and tells which.
    private Ending List(List<Node> nodes, bool top = false)
    {
        while (PeekPastSpace.Kind != TokenKind.End)
        {
            var token = NextPastSpace();
            if (token.Kind == TokenKind.Text)
            {
                nodes.Add(new TextNode(token.Position, token.Text));
                continue;
            }

            if (token.Kind != TokenKind.LeftDelimiter)
            {
                throw Unexpected(token, "input");
            }

            actionLine = token.Line;
            var first = PeekPastSpace;
            var keyword = first.Kind == TokenKind.Keyword ? first.Text : "";
            if (keyword is "end" or "else" || (keyword == "define" && top))
            {
                NextPastSpace();
                switch (keyword)
                {
                    case "end":
                        Expect(TokenKind.RightDelimiter, "end");
                        return Ending.End;
                    case "else":
                        if (PeekPastSpace is not { Kind: TokenKind.Keyword, Text: "if" or "with" })
                        {
                            Expect(TokenKind.RightDelimiter, "else");
                        }

                        return Ending.Else;
                    default:
                        Define();
                        break;
                }
            }
            else
            {
                nodes.Add(Statement(keyword, first));
            }

            actionLine = 0;
        }

        return top ? Ending.Text : throw Fail("unexpected EOF", PeekPastSpace.Line);
    }

    private Node Statement(string keyword, Token token)
    {
        if (keyword is "" or "define")
        {
            return new ActionNode(token.Position, ParsePipeline("command", TokenKind.RightDelimiter));
        }

        NextPastSpace();
        switch (keyword)
        {
            case "if":
                var (condition, then, otherwise) = Control("if");
                return new IfNode(token.Position, condition, then, otherwise);
            case "with":
                var (value, body, without) = Control("with");
                return new WithNode(token.Position, value, body, without);
            case "range":
                var (items, loop, empty) = Control("range");
                return new RangeNode(token.Position, items, loop, empty);
            case "template":
                return Template();
            case "block":
                return Block();
            default:
                if (NextPastSpace() is { Kind: not TokenKind.RightDelimiter } wrong)
                {
                    throw Unexpected(wrong, $"{{{{{keyword}}}}}");
                }

                return rangeDepth == 0 ? throw Fail($"{{{{{keyword}}}}} outside {{{{range}}}}") : keyword == "break" ? new BreakNode(token.Position) : new ContinueNode(token.Position);
        }
    }

    private (Pipeline Pipeline, IReadOnlyList<Node> Then, IReadOnlyList<Node> Else) Control(string keyword)
    {
        var known = variables.Count;
        var pipeline = ParsePipeline(keyword, TokenKind.RightDelimiter);
        rangeDepth += keyword == "range" ? 1 : 0;
        var (then, otherwise) = (new List<Node>(), new List<Node>());
        var ending = List(then);
        rangeDepth -= keyword == "range" ? 1 : 0;
        if (ending == Ending.Else)
        {
            if (PeekPastSpace is { Kind: TokenKind.Keyword } next && next.Text == keyword && keyword != "range")
            {
                // {{else if x}} is {{else}}{{if x}} with one {{end}} for both.
                otherwise.Add(Statement(keyword, next));
            }
            else if (List(otherwise) is var last and not Ending.End)
            {
                throw Fail($"expected end; found {NameOf(last)}");
            }
        }

        variables.RemoveRange(known, variables.Count - known);
        return (pipeline, then, otherwise);
    }

    private TemplateNode Template()
    {
        var token = NextPastSpace();
        var block = TemplateName(token, "template clause");
        if (PeekPastSpace.Kind == TokenKind.RightDelimiter)
        {
            NextPastSpace();
            return new TemplateNode(token.Position, block, null);
        }

        return new TemplateNode(token.Position, block, ParsePipeline("template clause", TokenKind.RightDelimiter));
    }

    private TemplateNode Block()
    {
        var token = NextPastSpace();
        var block = TemplateName(token, "block clause");
        var argument = ParsePipeline("block clause", TokenKind.RightDelimiter);
        templates[block] = Body("block clause");
        return new TemplateNode(token.Position, block, argument);
    }

    private void Define()
    {
        var block = TemplateName(NextPastSpace(), "define clause");
        Expect(TokenKind.RightDelimiter, "define clause");
        templates[block] = Body("define clause");
    }

    // A named template sees no variables of the text around it.
    private List<Node> Body(string context)
    {
        var (outer, outerDepth) = (variables, rangeDepth);
        (variables, rangeDepth) = (["$"], 0);
        var nodes = new List<Node>();
        var ending = List(nodes);
        (variables, rangeDepth) = (outer, outerDepth);
        return ending == Ending.End ? nodes : throw Fail($"unexpected {NameOf(ending)} in {context}");
    }

    private string TemplateName(Token token, string context) => token.Kind == TokenKind.String
        ? GoText.Unquote(token.Text) ?? throw Fail("invalid syntax")
        : throw Unexpected(token, context);

    private void Expect(TokenKind kind, string context)
    {
        if (NextPastSpace() is var token && token.Kind != kind)
        {
            throw Unexpected(token, context);
        }
    }

    private Token Next() => tokens[Peek.Kind is TokenKind.End or TokenKind.Error ? position : position++];

    private Token NextPastSpace()
    {
        position += Peek.Kind == TokenKind.Space ? 1 : 0;
        return Next();
    }

    private TemplateException Unexpected(Token token, string context)
    {
        if (token.Kind != TokenKind.Error)
        {
            return Fail($"unexpected {token} in {context}", token.Line);
        }

        var extra = actionLine == 0 || actionLine == token.Line ? ""
            : token.Text.EndsWith(" action", StringComparison.Ordinal) ? $" started at {name}:{actionLine}" : $" in action started at {name}:{actionLine}";
        return Fail(token + extra, token.Line);
    }

    private TemplateException Fail(string message, int? line = null) => new($"template: {name}:{line ?? tokens[Math.Max(0, position - 1)].Line}: {message}");

    private static string NameOf(Ending ending) => ending == Ending.Else ? "{{else}}" : "{{end}}";
}
