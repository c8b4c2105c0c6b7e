using System.Text.Json.Nodes;

namespace Gantry.Cli.Templates;

/// <content>Pipelines, calls and operands.</content>
internal sealed partial class Evaluator
{
    // In place of the value of the command before, when there is none.
    private static readonly object None = new();

    private object? Evaluate(Pipeline pipeline, object? dot)
    {
        current = pipeline;
        var value = None;
        foreach (var command in pipeline.Commands)
        {
            value = Evaluate(command, dot, value);
        }

        foreach (var variable in pipeline.Variables)
        {
            Set(variable, value, pipeline.Declares);
        }

        return value;
    }

    // The value of the command before it becomes the last argument.
    private object? Evaluate(CallNode call, object? dot, object? final)
    {
        var first = call.Operands[0];
        var arguments = call.Operands.Skip(1).ToList();
        switch (first)
        {
            case FieldNode field:
                return Field(field, dot, arguments, final);
            case FunctionNode function:
                current = function;
                return Function(function.Name, call, arguments, dot, final);
            case Pipeline inner:
                NotCalled(first, arguments, final);
                return Evaluate(inner, dot);
        }

        current = first;
        NotCalled(first, arguments, final);
        return first switch
        {
            LiteralNode { Text: "nil" } => throw Fail("nil is not a command"),
            LiteralNode literal => literal.Value,
            DotNode => dot,
            VariableNode variable => Load(variable.Name),
            _ => throw new InvalidOperationException(),
        };
    }

    private void NotCalled(Node node, List<Node> arguments, object? final)
    {
        if (arguments.Count > 0 || final != None)
        {
            throw Fail($"can't give argument to non-function {(node is Pipeline ? $"({node})" : node)}");
        }
    }

    private object? Field(FieldNode field, object? dot, List<Node> arguments, object? final)
    {
        current = field;
        if (field.Of is LiteralNode)
        {
            throw Fail($"indirection through explicit nil in {field}");
        }

        var value = field.Of switch { DotNode => dot, VariableNode variable => Load(variable.Name), FunctionNode function => Function(function.Name, function, [], dot, None), Pipeline inner => Evaluate(inner, dot), _ => null };
        current = field.Of is Pipeline or FunctionNode ? current : field;
        for (var i = 0; i < field.Path.Count; i++)
        {
            var last = i == field.Path.Count - 1;
            value = Member(value, field.Path[i], last ? arguments : [], last ? final : None, field, dot);
        }

        return value;
    }

    private object? Member(object? value, string member, List<Node> arguments, object? final, Node node, object? dot)
    {
        switch (Values.Plain(value))
        {
            case ITemplateObject item when item.ParametersOf(member) is { } parameters:
                var given = Arguments(member, new Signature(parameters), arguments, dot, final);
                return item.Get(member, given);
            case ITemplateObject item:
                throw Fail($"can't evaluate field {member} in type {item.TypeName}");
            case NilPointer nil:
                throw Fail($"nil pointer evaluating {nil.TypeName}.{member}");
            case JsonObject or TypedMap or IReadOnlyDictionary<string, string> when arguments.Count > 0 || final != None:
                throw Fail($"{member} is not a method but has arguments");
            case JsonObject json:
                return json.TryGetPropertyValue(member, out var found) ? found
                    : throw Fail($"map has no entry for key {GoText.Quote(member)}");
            case IReadOnlyDictionary<string, string> map:
                return map.TryGetValue(member, out var text) ? text : Values.NoValue;
            case TypedMap { KeysAreText: true } map:
                return map.Items.TryGetValue(member, out var entry) ? entry : Values.NoValue;
            case null when ReferenceEquals(value, Values.NoValue):
                return value;
            case null when value is null && dot is JsonNode or null:
                throw Fail($"nil pointer evaluating interface {{}}.{member}");
            case var other:
                throw Fail($"can't evaluate field {member} in type {(value is JsonNode ? "interface {}" : Values.TypeName(value is NamedText ? value : other))}");
        }
    }

    private object? Function(string function, Node node, List<Node> given, object? dot, object? final)
    {
        var signature = Functions.SignatureOf(function);
        if (function is "and" or "or")
        {
            CheckCount(function, signature, given.Count, final);
            return AndOr(function == "and", given, dot, final);
        }

        var arguments = Arguments(function, signature, given, dot, final);
        try
        {
            return Headings && Functions.IsDockers(function) && arguments.Count > 0 ? arguments[0] : Functions.Call(function, arguments, given is [var callee, ..] ? callee.ToString()! : "");
        }
        catch (FunctionException e)
        {
            current = node;
            throw Fail($"error calling {function}: {e.Message}");
        }
    }

    private object? AndOr(bool and, List<Node> operands, object? dot, object? final)
    {
        object? value = null;
        foreach (var operand in operands)
        {
            value = Argument(operand, 'a', dot);
            if (Values.IsTrue(value) != and)
            {
                return value;
            }
        }

        return final == None ? value : final;
    }

    private List<object?> Arguments(string function, Signature signature, List<Node> given, object? dot, object? final)
    {
        CheckCount(function, signature, given.Count, final);
        var values = given.Select((node, i) => Argument(node, signature.At(i), dot)).ToList();
        if (final != None)
        {
            values.Add(Checked(final, signature.At(given.Count)));
        }

        return values;
    }

    private void CheckCount(string function, Signature signature, int given, object? final)
    {
        var count = given + (final == None ? 0 : 1);
        if (signature.Variadic ? count < signature.Fixed : count != signature.Fixed)
        {
            throw Fail($"wrong number of args for {function}: want {(signature.Variadic ? "at least " : "")}{signature.Fixed} got {(signature.Variadic ? given : count)}");
        }
    }

    private object? Argument(Node node, char type, object? dot)
    {
        current = node;
        switch (node)
        {
            case LiteralNode { Text: "nil" }:
                return type == 'a' ? null : throw Fail($"cannot assign nil to {Signature.NameOf(type)}");
            case LiteralNode { Value: var value }:
                return (type, value) switch
                {
                    ('a', _) or ('s', string) or ('i', long) => value,
                    ('s', _) => throw Fail($"expected string; found {node}"),
                    ('i', _) => throw Fail($"expected integer; found {node}"),
                    _ => throw Fail($"can't handle {node} for arg of type {Signature.NameOf(type)}"),
                };
            case DotNode:
                return Checked(dot, type);
            case VariableNode variable:
                return Checked(Load(variable.Name), type);
            case FieldNode field:
                return Checked(Field(field, dot, [], None), type);
            case FunctionNode function:
                return Checked(Function(function.Name, function, [], dot, None), type);
            case Pipeline inner:
                return Checked(Evaluate(inner, dot), type);
            default:
                throw new InvalidOperationException();
        }
    }

    private object? Checked(object? value, char type) => (type, Values.Plain(value)) switch
    {
        ('a', _) => value,
        ('s', string text) when value is not NamedText => text,
        ('i', long number) => number,
        ('l', string[] list) => list,
        ('l', TypedList { HoldsText: true } list) => list.Cast<string>().ToArray(),
        ('l', JsonArray array) when array.All(i => Values.Plain(i) is string) => array.Select(i => (string)Values.Plain(i)!).ToArray(),
        (_, null) => throw Fail($"invalid value; expected {Signature.NameOf(type)}"),
        _ => throw Fail($"wrong type for value; expected {Signature.NameOf(type)}; got {Values.TypeName(value)}"),
    };

    private object? Load(string variable) => variables[variables.FindLastIndex(v => v.Name == variable)].Value;
}
