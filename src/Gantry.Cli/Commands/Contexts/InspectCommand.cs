using System.Text;
using System.Text.Json.Nodes;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Configuration;
using Gantry.Cli.Formatting;
using Gantry.Cli.Templates;

namespace Gantry.Cli.Commands.Contexts;

/// <summary>Display detailed information on one or more contexts.</summary>
internal static class InspectCommand
{
    private const string InMemory = "<IN MEMORY>";

    public static Command Create()
    {
        var options = new OptionTable();
        var format = options.String("format", 'f', ListFormat.InspectUsage);
        return new Command
        {
            Usage = "inspect [OPTIONS] [CONTEXT] [CONTEXT...]",
            Summary = "Display detailed information on one or more contexts",
            Arity = Arity.Any,
            Options = options,
            Action = (context, names, _) => InspectOutput.RunAsync(context, names.Count > 0 ? names : [context.Current.Name], format.Value, name => Task.FromResult(Describe(context, name)), escapeHtml: true),
        };
    }

    private static ReadOnlyMemory<byte> Describe(CommandContext context, string name)
    {
        var isDefault = name == ContextStore.DefaultName;
        var stored = isDefault ? context.Current.Default : context.Contexts.Get(name);
        var tls = isDefault ? new Dictionary<string, IReadOnlyDictionary<string, byte[]>>() : context.Contexts.Tls(name);
        var described = (JsonObject)stored.Document.DeepClone();
        described["TLSMaterial"] = new JsonObject(tls.Select(endpoint => KeyValuePair.Create(endpoint.Key, (JsonNode?)new JsonArray([.. endpoint.Value.Keys.Select(file => (JsonNode)file)]))));
        described["Storage"] = new JsonObject
        {
            ["MetadataPath"] = isDefault ? InMemory : context.Contexts.MetaFolder(name),
            ["TLSPath"] = isDefault ? InMemory : context.Contexts.TlsFolder(name),
        };
        return Encoding.UTF8.GetBytes(JsonText.Of(described));
    }
}
