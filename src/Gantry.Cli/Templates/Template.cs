using System.Text;

namespace Gantry.Cli.Templates;

/// <summary>A Go text/template. Values are null, strings, booleans, longs, doubles, lists, dictionaries, JSON, typed values (<see cref="TypedValue"/>) and <see cref="ITemplateObject"/>.</summary>
internal sealed class Template
{
    private readonly string name;
    private readonly string source;
    private readonly IReadOnlyList<Node> nodes;
    private readonly Dictionary<string, IReadOnlyList<Node>> named;

    private Template(string name, string source, IReadOnlyList<Node> nodes, Dictionary<string, IReadOnlyList<Node>> named)
    {
        this.name = name;
        this.source = source;
        this.nodes = nodes;
        this.named = named;
    }

    /// <param name="name">What messages call it.</param>
    /// <exception cref="TemplateException">With text/template's message.</exception>
    public static Template Parse(string source, string name = "")
    {
        var named = new Dictionary<string, IReadOnlyList<Node>>();
        return new Template(name, source, Parser.Parse(source, named, name), named);
    }

    /// <exception cref="TemplateException">A field or function does not fit the data.</exception>
    public string Execute(object? data, bool headings = false)
    {
        var output = new StringBuilder();
        new Evaluator(output, (name, source), named, name, data) { Headings = headings }.Run(nodes, data);
        return output.ToString();
    }
}

/// <summary>Something with named fields that a template can read; methods take arguments (<c>.Label "x"</c>).</summary>
internal interface ITemplateObject
{
    /// <summary>The parameters of a field as <see cref="Signature"/> writes them, empty for plain fields; null when there is no such field.</summary>
    string? ParametersOf(string name);

    object? Get(string name, IReadOnlyList<object?> arguments);

    /// <summary>What messages call it.</summary>
    string TypeName => "interface {}";

    /// <summary>What <c>json .</c> prints, in order.</summary>
    IEnumerable<KeyValuePair<string, object?>> Fields { get; }
}
