using System.Text;

namespace Gantry.Cli.Templates;

/// <summary>A Go text/template. Values are null, strings, booleans, longs, doubles, lists, dictionaries, JSON and <see cref="ITemplateObject"/>.</summary>
internal sealed class Template
{
    private readonly IReadOnlyList<Node> nodes;
    private readonly Dictionary<string, IReadOnlyList<Node>> named;

    private Template(IReadOnlyList<Node> nodes, Dictionary<string, IReadOnlyList<Node>> named)
    {
        this.nodes = nodes;
        this.named = named;
    }

    /// <exception cref="TemplateException">With text/template's message.</exception>
    public static Template Parse(string source)
    {
        var named = new Dictionary<string, IReadOnlyList<Node>>();
        return new Template(Parser.Parse(source, named), named);
    }

    /// <exception cref="TemplateException">A field or function does not fit the data.</exception>
    public string Execute(object? data, bool headings = false)
    {
        var output = new StringBuilder();
        new Evaluator(output, named, data) { Headings = headings }.Run(nodes, data);
        return output.ToString();
    }
}

/// <summary>Something with named fields that a template can read; methods take arguments (<c>.Label "x"</c>).</summary>
internal interface ITemplateObject
{
    bool TryGet(string name, IReadOnlyList<object?> arguments, out object? value);

    /// <summary>What <c>json .</c> prints, in order.</summary>
    IEnumerable<KeyValuePair<string, object?>> Fields { get; }
}
