using Gantry.Compose.Loading;
using Gantry.Compose.Model;
using Gantry.Compose.Output;
using Gantry.Compose.Planning;
using Gantry.Compose.Schema;

namespace Gantry.Compose.Commands;

/// <summary><c>config</c>: the project as it is understood.</summary>
internal static class ConfigCommand
{
    public const string Flags = "services images volumes networks profiles environment variables format= quiet,q hash= output,o= no-interpolate no-normalize no-path-resolution no-consistency no-env-resolution resolve-image-digests lock-image-digests";

    public static async Task<int> RunAsync(ComposeContext context, Arguments arguments, CancellationToken cancellationToken)
    {
        var loaded = context.LoadDocument(arguments.Positionals, arguments.Has("no-interpolate"));
        foreach (var warning in loaded.Warnings)
        {
            context.Warn(warning);
        }

        if (arguments.Has("no-interpolate"))
        {
            await WriteAsync(context, arguments, YamlText.Write(loaded.Tree, Shapes.Any).Replace("$$", "$", StringComparison.Ordinal), cancellationToken).ConfigureAwait(false);
            return 0;
        }

        var project = ModelReader.Read(loaded);
        if (arguments.Positionals.Count > 0)
        {
            Restrict(loaded.Tree, ServiceGraph.Select(project, arguments.Positionals, withDependencies: true));
        }

        if (!arguments.Has("quiet"))
        {
            await WriteAsync(context, arguments, Text(loaded, project, arguments), cancellationToken).ConfigureAwait(false);
        }

        return 0;
    }

    private static string Text(LoadedProject loaded, Project project, Arguments arguments)
    {
        var services = project.Services.Values;
        if (arguments.Value("hash") is { } hash)
        {
            var chosen = hash == "*" ? services : hash.Split(',').Select(project.GetService);
            return Lines(chosen.Select(service => $"{service.Name} {service.ConfigHash}"));
        }

        return arguments switch
        {
            _ when arguments.Has("services") => Lines(ServiceGraph.Select(project, [], withDependencies: true).Select(service => service.Name)),
            _ when arguments.Has("images") => Lines(services.Select(service => service.Image)),
            _ when arguments.Has("volumes") => Lines(project.Volumes.Keys),
            _ when arguments.Has("networks") => Lines(project.Networks.Keys),
            _ when arguments.Has("profiles") => Lines(services.SelectMany(service => service.Profiles).Concat(loaded.Disabled.Entries.SelectMany(entry => entry.Value.Get("profiles").Texts)).Distinct().Order(StringComparer.Ordinal)),
            _ when arguments.Has("environment") => Lines(loaded.Files.Environment.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}")),
            _ => (arguments.Value("format") ?? "yaml") switch
            {
                "yaml" => YamlText.Write(loaded.Tree, ComposeSchema.Root),
                "json" => JsonText.WriteProject(loaded.Tree) + "\n",
                var other => throw new UsageException($"unsupported format \"{other}\""),
            },
        };
    }

    private static void Restrict(MapNode tree, IReadOnlyList<Service> services)
    {
        var names = services.Select(service => service.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in tree["services"].Entries.Select(entry => entry.Key).Where(name => !names.Contains(name)).ToList())
        {
            tree["services"].Map![name] = null;
        }

        Pruning.Apply(tree);
    }

    private static Task WriteAsync(ComposeContext context, Arguments arguments, string text, CancellationToken cancellationToken) =>
        arguments.Value("output") is { } file
            ? File.WriteAllTextAsync(Path.GetFullPath(file, context.Host.WorkingDirectory), text, cancellationToken)
            : context.Out.WriteAsync(text.AsMemory(), cancellationToken);

    private static string Lines(IEnumerable<string> lines) => string.Concat(lines.Select(line => line + "\n"));
}
