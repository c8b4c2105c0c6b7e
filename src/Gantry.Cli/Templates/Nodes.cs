namespace Gantry.Cli.Templates;

/// <summary>What a template consists of, as text/template/parse names it.</summary>
internal abstract record Node(int Line);

internal sealed record TextNode(int Line, string Text) : Node(Line);

/// <summary>A pipeline whose value is printed unless it is stored.</summary>
internal sealed record ActionNode(int Line, Pipeline Pipeline) : Node(Line);

internal sealed record IfNode(int Line, Pipeline Condition, IReadOnlyList<Node> Then, IReadOnlyList<Node> Else) : Node(Line);

internal sealed record WithNode(int Line, Pipeline Value, IReadOnlyList<Node> Then, IReadOnlyList<Node> Else) : Node(Line);

internal sealed record RangeNode(int Line, Pipeline Items, IReadOnlyList<Node> Body, IReadOnlyList<Node> Else) : Node(Line);

internal sealed record TemplateNode(int Line, string Name, Pipeline? Argument) : Node(Line);

internal sealed record BreakNode(int Line) : Node(Line);

internal sealed record ContinueNode(int Line) : Node(Line);

/// <param name="Variables">Variables that the value is stored in; two only with range.</param>
/// <param name="Declares"><c>:=</c> rather than <c>=</c>.</param>
internal sealed record Pipeline(IReadOnlyList<string> Variables, bool Declares, IReadOnlyList<CallNode> Commands);

/// <summary>A word with arguments: a function call, a field call or a single operand.</summary>
internal sealed record CallNode(IReadOnlyList<Operand> Operands);

internal abstract record Operand;

internal sealed record LiteralOperand(object? Value) : Operand;

internal sealed record FunctionOperand(string Name) : Operand;

internal sealed record PipelineOperand(Pipeline Pipeline) : Operand;

internal sealed record DotOperand : Operand;

internal sealed record VariableOperand(string Name) : Operand;

/// <summary><c>x.A.B</c>.</summary>
internal sealed record FieldOperand(Operand Of, IReadOnlyList<string> Path) : Operand;
