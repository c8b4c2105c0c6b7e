using Gantry.Compose.Loading;
using Gantry.Core;

namespace Gantry.Compose.Interpolation;

/// <summary>Fills in the variables of every text of a document; keys stay as they are.</summary>
internal sealed class TreeInterpolation
{
    private readonly Template template;

    public TreeInterpolation(IReadOnlyDictionary<string, string> environment, Action<string> warn)
    {
        var told = new HashSet<string>(StringComparer.Ordinal);
        template = new Template(
            name => environment.GetValueOrDefault(name),
            name =>
            {
                if (told.Add(name))
                {
                    warn($"The \"{name}\" variable is not set. Defaulting to a blank string.");
                }
            });
    }

    /// <exception cref="GantryException">In Compose's words, with file, line and column.</exception>
    public Node Apply(Node node, string path = "")
    {
        switch (node)
        {
            case MapNode map:
                foreach (var key in map.Entries.Keys.ToList())
                {
                    map.Entries[key] = Apply(map.Entries[key], path.Length == 0 ? key : $"{path}.{key}");
                }

                return map;
            case ListNode list:
                for (var i = 0; i < list.Items.Count; i++)
                {
                    list.Items[i] = Apply(list.Items[i], $"{path}[{i}]");
                }

                return list;
            case ScalarNode { Value: string text } when text.Contains('$'):
                return new ScalarNode(node.Position, Fill(text, node.Position, path)) { Tag = node.Tag };
            default:
                return node;
        }
    }

    private string Fill(string text, Position position, string path)
    {
        try
        {
            return template.Substitute(text);
        }
        catch (TemplateException problem) when (problem.IsFormat)
        {
            throw GantryException.Invalid($"invalid interpolation format for {path}.\nYou may need to escape any $ with another $.\n{problem.Message}\n({position})");
        }
        catch (TemplateException problem)
        {
            throw GantryException.Invalid($"error while interpolating {path}: {problem.Message} ({position})");
        }
    }
}
