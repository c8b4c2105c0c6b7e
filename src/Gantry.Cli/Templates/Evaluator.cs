using System.Text;

namespace Gantry.Cli.Templates;

/// <summary>Runs a template's tree over its data.</summary>
internal sealed class Evaluator(StringBuilder output, Dictionary<string, IReadOnlyList<Node>> templates, object? root)
{
    private const int DeepestNesting = 200;

    private readonly List<(string Name, object? Value)> variables = [("$", root)];
    private int depth;

    /// <summary>Set when a table's heading is made of column titles: functions leave them as they are.</summary>
    public bool Headings { get; init; }

    private enum Flow
    {
        Next,
        Break,
        Continue,
    }

    public void Run(IReadOnlyList<Node> nodes, object? dot) => Walk(nodes, dot);

    private Flow Walk(IReadOnlyList<Node> nodes, object? dot)
    {
        var mark = variables.Count;
        var flow = Flow.Next;
        foreach (var node in nodes)
        {
            flow = Walk(node, dot);
            if (flow != Flow.Next)
            {
                break;
            }
        }

        variables.RemoveRange(mark, variables.Count - mark);
        return flow;
    }

    private Flow Walk(Node node, object? dot)
    {
        switch (node)
        {
            case TextNode text:
                output.Append(text.Text);
                return Flow.Next;
            case ActionNode { Pipeline: var pipeline }:
                var value = Evaluate(pipeline, dot);
                if (pipeline.Variables.Count == 0)
                {
                    output.Append(Values.Print(Values.Required(value)));
                }

                return Flow.Next;
            case IfNode condition:
                return Scoped(() => Walk(Values.IsTrue(Evaluate(condition.Condition, dot)) ? condition.Then : condition.Else, dot));
            case WithNode with:
                return Scoped(() => Evaluate(with.Value, dot) is var inner && Values.IsTrue(inner) ? Walk(with.Then, inner) : Walk(with.Else, dot));
            case RangeNode range:
                return Scoped(() => Range(range, dot));
            case TemplateNode call:
                Call(call, dot);
                return Flow.Next;
            case BreakNode:
                return Flow.Break;
            case ContinueNode:
                return Flow.Continue;
            default:
                throw new InvalidOperationException();
        }
    }

    private Flow Scoped(Func<Flow> body)
    {
        var mark = variables.Count;
        var flow = body();
        variables.RemoveRange(mark, variables.Count - mark);
        return flow;
    }

    private Flow Range(RangeNode range, object? dot)
    {
        var items = Evaluate(range.Items with { Variables = [] }, dot);
        var any = false;
        foreach (var (key, value) in Values.Enumerate(items))
        {
            any = true;
            var mark = variables.Count;
            var names = range.Items.Variables;
            if (names.Count > 0)
            {
                variables.Add((names[^1], value));
            }

            if (names.Count > 1)
            {
                variables.Add((names[0], key));
            }

            var flow = Walk(range.Body, value);
            variables.RemoveRange(mark, variables.Count - mark);
            if (flow == Flow.Break)
            {
                break;
            }
        }

        return any ? Flow.Next : Walk(range.Else, dot);
    }

    private void Call(TemplateNode call, object? dot)
    {
        if (!templates.TryGetValue(call.Name, out var body))
        {
            throw new TemplateException($"template: :{call.Line}: template \"{call.Name}\" not defined");
        }

        if (++depth > DeepestNesting)
        {
            throw new TemplateException("exceeded maximum template depth");
        }

        var argument = call.Argument is null ? null : Evaluate(call.Argument, dot);
        new Evaluator(output, templates, argument) { depth = depth, Headings = Headings }.Run(body, argument);
        depth--;
    }

    private object? Evaluate(Pipeline pipeline, object? dot)
    {
        object? value = null;
        for (var i = 0; i < pipeline.Commands.Count; i++)
        {
            value = Evaluate(pipeline.Commands[i], dot, hasFinal: i > 0, value);
        }

        foreach (var name in pipeline.Variables)
        {
            Store(name, value, pipeline.Declares);
        }

        return value;
    }

    // The value of the command before it becomes the last argument.
    private object? Evaluate(CallNode call, object? dot, bool hasFinal, object? final)
    {
        var first = call.Operands[0];
        switch (first)
        {
            case FunctionOperand { Name: "and" or "or" } lazy:
                return AndOr(lazy.Name == "and", call.Operands.Skip(1), dot, hasFinal, final);
            case FunctionOperand function:
                var arguments = Arguments(call, dot, hasFinal, final);
                return Headings && arguments.OfType<string>().FirstOrDefault() is { } title ? title : Functions.Call(function.Name, arguments);
            case FieldOperand field when call.Operands.Count > 1 || hasFinal:
                return Values.Get(Evaluate(field with { Path = field.Path.SkipLast(1).ToList() }, dot), field.Path[^1], Arguments(call, dot, hasFinal, final).Select(Values.Required).ToList());
            default:
                return call.Operands.Count == 1 && !hasFinal
                    ? Evaluate(first, dot)
                    : throw new TemplateException("can't give argument to non-function");
        }
    }

    private List<object?> Arguments(CallNode call, object? dot, bool hasFinal, object? final)
    {
        var arguments = call.Operands.Skip(1).Select(o => Evaluate(o, dot)).ToList();
        if (hasFinal)
        {
            arguments.Add(final);
        }

        return arguments;
    }

    private object? AndOr(bool and, IEnumerable<Operand> operands, object? dot, bool hasFinal, object? final)
    {
        object? value = null;
        foreach (var operand in operands)
        {
            value = Evaluate(operand, dot);
            if (Values.IsTrue(value) != and)
            {
                return value;
            }
        }

        return hasFinal ? final : value;
    }

    private object? Evaluate(Operand operand, object? dot) => operand switch
    {
        LiteralOperand literal => literal.Value,
        DotOperand => dot,
        VariableOperand variable => Load(variable.Name),
        PipelineOperand inner => Evaluate(inner.Pipeline, dot),
        FunctionOperand function => Functions.Call(function.Name, []),
        FieldOperand field => field.Path.Aggregate(Evaluate(field.Of, dot), (value, name) => Values.Get(value, name, [])),
        _ => throw new InvalidOperationException(),
    };

    private object? Load(string name)
    {
        var index = variables.FindLastIndex(v => v.Name == name);
        return index >= 0 ? variables[index].Value : throw new TemplateException($"template: :1: undefined variable \"{name}\"");
    }

    private void Store(string name, object? value, bool declare)
    {
        var index = declare ? -1 : variables.FindLastIndex(v => v.Name == name);
        if (index >= 0)
        {
            variables[index] = (name, value);
        }
        else if (declare)
        {
            variables.Add((name, value));
        }
        else
        {
            throw new TemplateException($"template: :1: undefined variable \"{name}\"");
        }
    }
}
