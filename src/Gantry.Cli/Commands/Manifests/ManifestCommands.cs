using System.Text.Json.Nodes;
using Gantry.Cli.CommandLine;
using Gantry.Core;

namespace Gantry.Cli.Commands.Manifests;

/// <summary>Look at manifests in their registry, and make manifest lists there.</summary>
internal static class ManifestCommands
{
    private const string Experimental = """


        EXPERIMENTAL:
          PATH is an experimental feature.
          Experimental features provide early access to product functionality. These
          features may change between releases without warning, or can be removed from a
          future release. Learn more about experimental features in our documentation:
          https://docs.docker.com/go/experimental/
        """;

    public static CommandGroup Group { get; } = new("manifest", "Manage Docker image manifests and manifest lists",
    [
        (["annotate"], Annotate),
        (["create"], Create),
        (["inspect"], Inspect),
        (["push"], Push),
        (["rm"], Remove),
    ]);

    private static Command Inspect()
    {
        var options = new OptionTable();
        var insecure = options.Switch("insecure", '\0', "Allow communication with an insecure registry");
        var verbose = options.Switch("verbose", 'v', "Output additional info including layers and platform");
        return Make("inspect [OPTIONS] [MANIFEST_LIST] MANIFEST", "Display an image manifest, or manifest list", Arity.Between(1, 2), options, async (context, arguments, cancellationToken) =>
        {
            using var manifests = new RemoteManifests(context, insecure.Value);
            var store = new ManifestStore(context.Config.Folder);
            var name = Reference(arguments[^1]);
            if (arguments.Count == 2)
            {
                var list = Reference(arguments[0]);
                var local = store.Find(list, name) ?? throw new ExitException(1, $"No such manifest: {name}");
                context.Out.WriteLine(ManifestDocuments.Show([local], verbose.Value));
            }
            else if (store.Find(name) is { } local)
            {
                context.Out.WriteLine(ManifestDocuments.Show(local, verbose.Value, asList: true));
            }
            else
            {
                context.Out.WriteLine(await manifests.ShowAsync(name, verbose.Value, cancellationToken).ConfigureAwait(false));
            }

            return 0;
        });
    }

    private static Command Create()
    {
        var options = new OptionTable();
        var amend = options.Switch("amend", 'a', "Amend an existing manifest list");
        var insecure = options.Switch("insecure", '\0', "Allow communication with an insecure registry");
        return Make("create MANIFEST_LIST MANIFEST [MANIFEST...]", "Create a local manifest list for annotating and pushing to a registry", Arity.AtLeast(2), options, async (context, arguments, cancellationToken) =>
        {
            using var manifests = new RemoteManifests(context, insecure.Value);
            var store = new ManifestStore(context.Config.Folder);
            var list = Reference(arguments[0], $"error parsing name for manifest list {arguments[0]}: ");
            if (store.Find(list) is not null && !amend.Value)
            {
                throw new ExitException(1, "refusing to amend an existing manifest list with no --amend flag");
            }

            // All are fetched before the first is written: a list is made whole or not at all.
            var found = new List<(ImageReference Name, JsonObject Document)>();
            foreach (var name in arguments.Skip(1).Select(name => Reference(name)))
            {
                found.Add((name, store.Find(list, name) ?? await manifests.DescribeAsync(name, cancellationToken).ConfigureAwait(false)));
            }

            found.ForEach(manifest => store.Save(list, manifest.Name, manifest.Document));
            context.Out.WriteLine($"Created manifest list {list}");
            return 0;
        });
    }

    private static Command Annotate()
    {
        var options = new OptionTable();
        var architecture = options.String("arch", '\0', "Set architecture");
        var os = options.String("os", '\0', "Set operating system");
        var features = options.Strings("os-features", '\0', "Set operating system feature");
        var osVersion = options.String("os-version", '\0', "Set operating system version");
        var variant = options.String("variant", '\0', "Set architecture variant");
        return Make("annotate [OPTIONS] MANIFEST_LIST MANIFEST", "Add additional information to a local image manifest", Arity.Exactly(2), options, (context, arguments, _) =>
        {
            var (list, name) = (Reference(arguments[0], $"annotate: error parsing name for manifest list {arguments[0]}: "), Reference(arguments[1], $"annotate: error parsing name for manifest {arguments[1]}: "));
            var store = new ManifestStore(context.Config.Folder);
            var manifest = store.Find(list, name) ?? throw new ExitException(1, $"manifest for image {arguments[1]} does not exist in {arguments[0]}");
            var platform = ManifestDocuments.PlatformOf(manifest);
            foreach (var (key, value) in new[] { ("architecture", architecture.Value), ("os", os.Value), ("os.version", osVersion.Value), ("variant", variant.Value) }.Where(p => p.Item2.Length > 0))
            {
                platform[key] = value;
            }

            if (features.Values.Count > 0)
            {
                platform["os.features"] = new JsonArray([.. features.Values.Select(f => (JsonNode)f)]);
            }

            if (platform["architecture"]?.ToString() is null or "" || platform["os"]?.ToString() is null or "")
            {
                throw new ExitException(1, "manifest entry for image has unsupported os/arch combination: /");
            }

            store.Save(list, name, manifest);
            return Task.FromResult(0);
        });
    }

    private static Command Push()
    {
        var options = new OptionTable();
        var insecure = options.Switch("insecure", '\0', "Allow push to an insecure registry");
        var purge = options.Switch("purge", 'p', "Remove the local manifest list after push");
        return Make("push [OPTIONS] MANIFEST_LIST", "Push a manifest list to a repository", Arity.Exactly(1), options, async (context, arguments, cancellationToken) =>
        {
            using var remote = new RemoteManifests(context, insecure.Value);
            var store = new ManifestStore(context.Config.Folder);
            var list = Reference(arguments[0]);
            var manifests = store.Find(list) ?? throw new ExitException(1, $"No such manifest: {list}");
            context.Out.WriteLine(await remote.PushAsync(list, manifests, cancellationToken).ConfigureAwait(false));
            if (purge.Value)
            {
                store.Remove(list);
            }

            return 0;
        });
    }

    private static Command Remove() => Make("rm MANIFEST_LIST [MANIFEST_LIST...]", "Delete one or more manifest lists from local storage", Arity.AtLeast(1), new OptionTable(), (context, arguments, _) =>
    {
        var store = new ManifestStore(context.Config.Folder);
        var missing = arguments.Select(name => Reference(name)).Where(list => !store.Remove(list)).Select(list => $"No such manifest: {list}").ToList();
        return missing.Count == 0 ? Task.FromResult(0) : throw new ExitException(1, string.Join('\n', missing));
    });

    private static Command Make(string usage, string summary, Arity arity, OptionTable options, CommandAction action) => new()
    {
        Usage = usage,
        Summary = summary,
        Description = summary + Experimental.Replace("PATH", "docker manifest " + usage.Split(' ')[0]),
        Arity = arity,
        Options = options,
        Action = action,
    };

    private static ImageReference Reference(string text, string complaint = "")
    {
        try
        {
            return References.Parse(text).WithDefaultTag();
        }
        catch (ExitException e)
        {
            throw new ExitException(e.Code, complaint + e.Message);
        }
    }
}
