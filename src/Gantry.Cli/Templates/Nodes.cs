namespace Gantry.Cli.Templates;

/// <summary>What a template consists of, as text/template/parse names it. Messages quote a node as <c>ToString</c> writes it.</summary>
/// <param name="Position">Where the node starts in the template.</param>
internal abstract record Node(int Position);

internal sealed record TextNode(int Position, string Text) : Node(Position);

/// <summary>A pipeline whose value is printed unless it is stored.</summary>
internal sealed record ActionNode(int Position, Pipeline Pipeline) : Node(Position)
{
    public override string ToString() => $"{{{{{Pipeline}}}}}";
}

internal sealed record IfNode(int Position, Pipeline Condition, IReadOnlyList<Node> Then, IReadOnlyList<Node> Else) : Node(Position);

internal sealed record WithNode(int Position, Pipeline Value, IReadOnlyList<Node> Then, IReadOnlyList<Node> Else) : Node(Position);

internal sealed record RangeNode(int Position, Pipeline Items, IReadOnlyList<Node> Body, IReadOnlyList<Node> Else) : Node(Position);

internal sealed record TemplateNode(int Position, string Name, Pipeline? Argument) : Node(Position)
{
    public override string ToString() => $"{{{{template {GoText.Quote(Name)}{(Argument is null ? "" : " " + Argument)}}}}}";
}

internal sealed record BreakNode(int Position) : Node(Position);

internal sealed record ContinueNode(int Position) : Node(Position);

/// <param name="Variables">Variables that the value is stored in; two only with range.</param>
/// <param name="Declares"><c>:=</c> rather than <c>=</c>.</param>
internal sealed record Pipeline(int Position, IReadOnlyList<string> Variables, bool Declares, IReadOnlyList<CallNode> Commands) : Node(Position)
{
    public override string ToString() =>
        (Variables.Count == 0 ? "" : string.Join(", ", Variables) + (Declares ? " := " : " = ")) + string.Join(" | ", Commands);
}

/// <summary>A word with arguments: a function call, a field call or a single operand.</summary>
internal sealed record CallNode(int Position, IReadOnlyList<Node> Operands) : Node(Position)
{
    public override string ToString() => string.Join(' ', Operands.Select(o => o is Pipeline ? $"({o})" : o.ToString()));
}

/// <param name="Text">As it was written.</param>
internal sealed record LiteralNode(int Position, object? Value, string Text) : Node(Position)
{
    public override string ToString() => Text;
}

internal sealed record FunctionNode(int Position, string Name) : Node(Position)
{
    public override string ToString() => Name;
}

internal sealed record DotNode(int Position) : Node(Position)
{
    public override string ToString() => ".";
}

/// <summary><c>.A.B</c> of the dot, <c>$x.A.B</c> of a variable, or <c>(...).A.B</c> of a pipeline.</summary>
/// <param name="Of">A <see cref="DotNode"/>, a <see cref="VariableNode"/>, a <see cref="Pipeline"/> or a <see cref="LiteralNode"/>.</param>
internal sealed record FieldNode(int Position, Node Of, IReadOnlyList<string> Path) : Node(Position)
{
    public override string ToString() => (Of switch { DotNode => "", Pipeline => $"({Of})", _ => Of.ToString() }) + string.Concat(Path.Select(name => "." + name));
}

internal sealed record VariableNode(int Position, string Name) : Node(Position)
{
    public override string ToString() => Name;
}
