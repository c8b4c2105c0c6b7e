using Gantry.Compose.Loading;

namespace Gantry.Compose.Schema;

/// <summary>The shapes that several places of Compose's format share.</summary>
internal static class Shapes
{
    public static readonly Shape Text = new(ShapeKind.Text);
    public static readonly Shape Scalar = new(ShapeKind.Scalar);
    public static readonly Shape Integer = new(ShapeKind.Integer);
    public static readonly Shape Number = new(ShapeKind.Number);
    public static readonly Shape Flag = new(ShapeKind.Boolean);
    public static readonly Shape OptionalFlag = new(ShapeKind.Boolean) { KeepsFalse = true };
    public static readonly Shape Size = new(ShapeKind.Size);
    public static readonly Shape Duration = new(ShapeKind.Duration);
    public static readonly Shape FileMode = new(ShapeKind.FileMode);
    public static readonly Shape Any = new(ShapeKind.Any);
    public static readonly Shape Texts = ListOf(Text) with { Key = ByText };
    public static readonly Shape Scalars = ListOf(Scalar) with { Key = ByText };
    public static readonly Shape OneOrMany = Texts with { Expand = ShortSyntax.OneOrMany, Words = "a string or array" };
    public static readonly Shape Command = ListOf(Text) with { Expand = ShortSyntax.Command, Replaces = true, Words = "a string or array" };
    public static readonly Shape Labels = MapOf(Scalar) with { Expand = ShortSyntax.Labels, Sorted = true };
    public static readonly Shape Pairs = MapOf(Scalar with { KeepsNull = true }) with { Expand = ShortSyntax.Pairs, Sorted = true };
    public static readonly Shape Options = MapOf(Scalar) with { Sorted = true };
    public static readonly Shape Hosts = Texts with { Expand = ShortSyntax.Hosts, Sorted = true };
    public static readonly Shape Ulimits = MapOf(new Shape(ShapeKind.Object) { Properties = [("single", Integer), ("soft", Integer), ("hard", Integer)], Extensible = true, Expand = Ulimit, Replaces = true }) with { Sorted = true };

    public static readonly Shape References = ListOf(Object(
        ("source", Text), ("target", Text), ("uid", Text), ("gid", Text), ("mode", FileMode)) with { Expand = ShortSyntax.Reference }) with
    { Key = item => item.Get("target").Text ?? item.Get("source").Text ?? "" };

    public static readonly Shape Hook = Object(
        ("command", Command with { JsonDefault = "null" }), ("user", Text), ("privileged", Flag), ("working_dir", Text), ("environment", Pairs)) with { Required = ["command"] };

    public static Shape Object(params (string Name, Shape Shape)[] properties) =>
        new(ShapeKind.Object) { Properties = properties, Extensible = true };

    public static Shape ListOf(Shape item) => new(ShapeKind.List) { Item = item };

    public static Shape MapOf(Shape item) => new(ShapeKind.Map) { Item = item };

    public static Shape Named(Shape item) => MapOf(item with { KeepsNull = true }) with { Sorted = true };

    private static string ByText(Node node) => node.Text ?? "";

    private static Node Ulimit(Node node, string path) => node is ScalarNode { Value: not null } ? node.Mapping(("single", node)) : node;
}
