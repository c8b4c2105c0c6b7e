using static Gantry.Compose.Schema.Shapes;

namespace Gantry.Compose.Schema;

/// <summary>
/// Compose's format as a table (compose-spec.json): the keys of each object in the order <c>docker compose config</c>
/// prints them, their types, short syntaxes and merge rules (13-merge.md).
/// </summary>
internal static class ComposeSchema
{
    private static readonly Shape Ipam = Object(
        ("driver", Text),
        ("config", ListOf(Object(("subnet", Text), ("gateway", Text), ("ip_range", Text), ("aux_addresses", Options)))),
        ("options", Options)) with { JsonDefault = "{}" };

    public static readonly Shape Network = Object(
        ("name", Text), ("driver", Text), ("driver_opts", Options), ("ipam", Ipam), ("external", Flag), ("internal", Flag),
        ("attachable", Flag), ("labels", Labels), ("enable_ipv4", OptionalFlag), ("enable_ipv6", OptionalFlag)) with { Expand = ShortSyntax.External };

    public static readonly Shape Volume = Object(
        ("name", Text), ("driver", Text), ("driver_opts", Options), ("external", Flag), ("labels", Labels)) with { Expand = ShortSyntax.External };

    private static readonly Shape FileObject = Object(
        ("name", Text), ("file", Text), ("environment", Text), ("content", Text), ("external", Flag), ("labels", Labels),
        ("driver", Text), ("driver_opts", Options), ("template_driver", Text)) with { Expand = ShortSyntax.External };

    private static readonly Shape Model = Object(
        ("name", Text), ("model", Text), ("context_size", Integer), ("runtime_flags", Texts)) with { Required = ["model"] };

    private static readonly Shape Include = Object(
        ("path", OneOrMany), ("env_file", OneOrMany), ("project_directory", Text)) with { Expand = ShortSyntax.Include, Extensible = false };

    /// <summary>A whole compose file.</summary>
    public static Shape Root { get; } = Object(
        ("version", Scalar), ("name", Text), ("include", ListOf(Include)), ("services", Named(ServiceSchema.Service)), ("networks", Named(Network)),
        ("volumes", Named(Volume)), ("secrets", Named(FileObject)), ("configs", Named(FileObject)), ("models", Named(Model)));
}
