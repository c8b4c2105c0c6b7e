using System.Text;

namespace Gantry.Cli.Templates;

/// <summary>Runs a template's tree over its data. A message names the node that was looked at last, as text/template's do.</summary>
/// <param name="name">Of the template that is run; empty for the main one.</param>
internal sealed partial class Evaluator(StringBuilder output, (string Name, string Text) source, Dictionary<string, IReadOnlyList<Node>> templates, string name, object? root)
{
    private const int DeepestNesting = 1000;

    private readonly List<(string Name, object? Value)> variables = [("$", root)];
    private Node? current;
    private int depth;

    /// <summary>Set when a table's heading is made of column titles: docker's functions leave them as they are.</summary>
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
        foreach (var node in nodes)
        {
            var flow = Walk(node, dot);
            if (flow != Flow.Next)
            {
                return flow;
            }
        }

        return Flow.Next;
    }

    private Flow Walk(Node node, object? dot)
    {
        current = node;
        switch (node)
        {
            case TextNode text:
                output.Append(text.Text);
                return Flow.Next;
            case ActionNode { Pipeline: var pipeline }:
                var value = Evaluate(pipeline, dot);
                if (pipeline.Variables.Count == 0)
                {
                    current = node;
                    output.Append(Values.Print(value));
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
        var items = Values.Plain(Evaluate(range.Items, dot));
        var names = range.Items.Variables;
        if (items is long && names.Count > 1)
        {
            throw Fail($"can't use {Values.Print(items)} to iterate over more than one variable");
        }

        var any = false;
        foreach (var (key, value) in Values.TryEnumerate(items) ?? throw Fail($"range can't iterate over {Values.Print(items)}"))
        {
            any = true;
            var mark = variables.Count;
            if (names.Count > 0)
            {
                Set(names[^1], value, range.Items.Declares);
            }

            if (names.Count > 1)
            {
                Set(names[0], key, range.Items.Declares);
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
            throw Fail($"template {GoText.Quote(call.Name)} not defined");
        }

        if (depth == DeepestNesting)
        {
            throw Fail($"exceeded maximum template depth ({DeepestNesting})");
        }

        var argument = call.Argument is null ? null : Evaluate(call.Argument, dot);
        new Evaluator(output, source, templates, call.Name, argument) { depth = depth + 1, Headings = Headings }.Run(body, argument);
    }

    private void Set(string variable, object? value, bool declare)
    {
        var index = declare ? -1 : variables.FindLastIndex(v => v.Name == variable);
        if (index >= 0)
        {
            variables[index] = (variable, value);
        }
        else
        {
            variables.Add((variable, value));
        }
    }

    private TemplateException Fail(string message)
    {
        var before = source.Text.AsSpan(0, current!.Position);
        var line = before.Count('\n') + 1;
        var column = Encoding.UTF8.GetByteCount(before[(before.LastIndexOf('\n') + 1)..]);
        return new TemplateException($"template: {source.Name}:{line}:{column}: executing {GoText.Quote(name)} at <{current}>: {message}");
    }
}
