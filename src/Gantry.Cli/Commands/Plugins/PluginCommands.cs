using System.Text.Json.Nodes;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;
using Gantry.Client;
using Gantry.Client.Http;
using Gantry.Core;

namespace Gantry.Cli.Commands.Plugins;

/// <summary>Managed plugins of the daemon: asked for as docker asks; a Gantry daemon has none.</summary>
internal static class PluginCommands
{
    private static readonly ListFormat Format = new("{{.ID}}\t{{.Name}}\t{{.Description}}\t{{.Enabled}}", "{{.ID}}", new Dictionary<string, string>
    {
        ["ID"] = "ID",
        ["Name"] = "NAME",
        ["Description"] = "DESCRIPTION",
        ["Enabled"] = "ENABLED",
        ["PluginReference"] = "PLUGIN REFERENCE",
    });

    public static CommandGroup Group { get; } = new("plugin", "Manage plugins",
    [
        (["create"], Create),
        (["disable"], () => Toggle("disable", "Disable a plugin", o => o.Switch("force", 'f', "Force the disable of an active plugin"))),
        (["enable"], () => Toggle("enable", "Enable a plugin", o => o.Int("timeout", '\0', "HTTP client timeout (in seconds)", initial: 30))),
        (["inspect"], Inspect),
        (["install"], Install),
        (["ls", "list"], List),
        (["push"], Push),
        (["rm", "remove"], Remove),
        (["set"], Set),
        (["upgrade"], Upgrade),
    ]);

    public static Task<ReadOnlyMemory<byte>> InspectRawAsync(GantryClient client, string name, CancellationToken cancellationToken) =>
        AskAsync(client, new ApiRequest("GET", Path(name, "json")), cancellationToken);

    private static Command List()
    {
        var options = new OptionTable();
        var list = new ListOptions(options, "Provide filter values (e.g. \"enabled=true\")", "Only display plugin IDs", "Don't truncate output", setting: "pluginsFormat");
        return new Command
        {
            Usage = "ls [OPTIONS]",
            Summary = "List plugins",
            Aliases = ["plugin ls", "plugin list"],
            Options = options,
            Action = async (context, _, cancellationToken) =>
            {
                var answer = await AskAsync(context.Client, new ApiRequest("GET", "/plugins") { Query = new Query().Add("filters", list.Filters) }, cancellationToken).ConfigureAwait(false);
                var plugins = JsonNode.Parse(answer.Span) as JsonArray ?? [];
                list.Write(context, Format, plugins.OfType<JsonObject>().OrderBy(p => Text(p, "Name"), NaturalOrder.Instance).Select(p => RowOf(p, list.Truncate)));
                return 0;
            },
        };
    }

    private static Row RowOf(JsonObject plugin, bool truncate) => new()
    {
        ["ID"] = () => truncate ? Human.ShortId(Text(plugin, "Id")) : Text(plugin, "Id"),
        ["Name"] = () => Text(plugin, "Name"),
        ["Description"] = () => Text(plugin["Config"], "Description").Replace('\n', ' ') is var text && truncate ? Human.Ellipsis(text, 45) : text,
        ["Enabled"] = () => plugin["Enabled"]?.GetValue<bool>() ?? false,
        ["PluginReference"] = () => Text(plugin, "PluginReference"),
    };

    private static Command Inspect()
    {
        var options = new OptionTable();
        var format = options.String("format", 'f', ListFormat.InspectUsage);
        return new Command
        {
            Usage = "inspect [OPTIONS] PLUGIN [PLUGIN...]",
            Summary = "Display detailed information on one or more plugins",
            Arity = Arity.AtLeast(1),
            Options = options,
            Action = (context, names, cancellationToken) => InspectOutput.RunAsync(context, names, format.Value, name => InspectRawAsync(context.Client, name, cancellationToken)),
        };
    }

    private static Command Toggle(string verb, string summary, Action<OptionTable> declare)
    {
        var options = new OptionTable();
        declare(options);
        return new Command
        {
            Usage = $"{verb} [OPTIONS] PLUGIN",
            Summary = summary,
            Arity = Arity.Exactly(1),
            Options = options,
            Action = (context, names, cancellationToken) => context.ForEachNamedAsync(names, name =>
                AskAsync(context.Client, new ApiRequest("POST", Path(name, verb)) { Query = new Query().Add(verb == "enable" ? "timeout" : "force", Given(options)) }, cancellationToken)),
        };
    }

    private static Command Remove()
    {
        var options = new OptionTable();
        var force = options.Switch("force", 'f', "Force the removal of an active plugin");
        return new Command
        {
            Usage = "rm [OPTIONS] PLUGIN [PLUGIN...]",
            Summary = "Remove one or more plugins",
            Aliases = ["plugin rm", "plugin remove"],
            Arity = Arity.AtLeast(1),
            Options = options,
            Action = (context, names, cancellationToken) => context.ForEachNamedAsync(names, name =>
                AskAsync(context.Client, new ApiRequest("DELETE", "/plugins/" + Uri.EscapeDataString(name)) { Query = new Query().Add("force", force.Value) }, cancellationToken)),
        };
    }

    private static Command Set() => new()
    {
        Usage = "set PLUGIN KEY=VALUE [KEY=VALUE...]",
        Summary = "Change settings for a plugin",
        Arity = Arity.AtLeast(2),
        Action = async (context, arguments, cancellationToken) =>
        {
            var body = new JsonArray([.. arguments.Skip(1).Select(a => (JsonNode)a)]);
            await AskAsync(context.Client, new ApiRequest("POST", Path(arguments[0], "set")) { Body = System.Text.Encoding.UTF8.GetBytes(body.ToJsonString()) }, cancellationToken).ConfigureAwait(false);
            return 0;
        },
    };

    private static Command Push() => Posting("push [OPTIONS] PLUGIN[:TAG]", "Push a plugin to a registry", Arity.Exactly(1),
        o => o.Switch("disable-content-trust", '\0', "Skip image signing", initial: true),
        arguments => new ApiRequest("POST", Path(References.Parse(arguments[0]).WithDefaultTag().Familiar, "push")));

    private static Command Upgrade() => Posting("upgrade [OPTIONS] PLUGIN [REMOTE]", "Upgrade an existing plugin", Arity.Between(1, 2),
        o =>
        {
            o.Switch("disable-content-trust", '\0', "Skip image verification", initial: true);
            o.Switch("grant-all-permissions", '\0', "Grant all permissions necessary to run the plugin");
            o.Switch("skip-remote-check", '\0', "Do not check if specified remote plugin matches existing plugin image");
        },
        arguments => new ApiRequest("GET", Path(arguments[0], "json")), problem: "error reading plugin data: ");

    private static Command Install() => Posting("install [OPTIONS] PLUGIN [KEY=VALUE...]", "Install a plugin", Arity.AtLeast(1),
        o =>
        {
            o.String("alias", '\0', "Local name for plugin");
            o.Switch("disable", '\0', "Do not enable the plugin on install");
            o.Switch("disable-content-trust", '\0', "Skip image verification", initial: true);
            o.Switch("grant-all-permissions", '\0', "Grant all permissions necessary to run the plugin");
        },
        arguments => new ApiRequest("GET", "/plugins/privileges") { Query = new Query().Add("remote", References.Parse(arguments[0]).WithDefaultTag().ToString()) });

    private static Command Create() => Posting("create [OPTIONS] PLUGIN PLUGIN-DATA-DIR",
        "Create a plugin from a rootfs and configuration. Plugin data directory must contain config.json and rootfs directory.", Arity.Exactly(2),
        o => o.Switch("compress", '\0', "Compress the context using gzip"),
        arguments => Directory.Exists(arguments[1])
            ? new ApiRequest("POST", "/plugins/create") { Query = new Query().Add("name", arguments[0]), ContentType = "application/x-tar" }
            : throw new ExitException(1, $"lstat {arguments[1]}: no such file or directory"));

    // Commands that a daemon without plugins refuses at their first question; what follows it exists nowhere.
    private static Command Posting(string usage, string summary, Arity arity, Action<OptionTable> declare, Func<IReadOnlyList<string>, ApiRequest> question, string problem = "")
    {
        var options = new OptionTable();
        declare(options);
        return new Command
        {
            Usage = usage,
            Summary = summary,
            Arity = arity,
            Options = options,
            Action = async (context, arguments, cancellationToken) =>
            {
                try
                {
                    await AskAsync(context.Client, question(arguments), cancellationToken).ConfigureAwait(false);
                }
                catch (GantryException e)
                {
                    throw new ExitException(1, problem + e.DisplayMessage);
                }

                throw new ExitException(1, $"Gantry does not implement plugin {usage.Split(' ')[0]}");
            },
        };
    }

    private static string Given(OptionTable options) => options.Listed.First() switch
    {
        Switch flag => flag.Value ? "1" : "0",
        ValueOption<long> number => number.Value.ToString(System.Globalization.CultureInfo.InvariantCulture),
        _ => "",
    };

    private static string Path(string name, string verb) => $"/plugins/{Uri.EscapeDataString(name)}/{verb}";

    private static string Text(JsonNode? item, string name) => (item?[name] as JsonValue)?.GetValue<string>() ?? "";

    private static async Task<ReadOnlyMemory<byte>> AskAsync(GantryClient client, ApiRequest request, CancellationToken cancellationToken)
    {
        await using var answer = await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
        return await answer.ReadBytesAsync(cancellationToken).ConfigureAwait(false);
    }
}
