using Gantry.Core;

namespace Gantry.Compose.Loading;

/// <summary>Folds <c>env_file</c> into <c>environment</c> and <c>label_file</c> into <c>labels</c>, and fills in bare variables.</summary>
internal static class EnvironmentFiles
{
    public static void Apply(MapNode tree, IReadOnlyDictionary<string, string> environment)
    {
        foreach (var (_, service) in tree["services"].Entries)
        {
            if (service is MapNode map)
            {
                ResolveEnvironment(map, environment);
                ResolveLabels(map, environment);
                ResolveArguments(map, environment);
            }
        }
    }

    private static void ResolveEnvironment(MapNode service, IReadOnlyDictionary<string, string> environment)
    {
        if (service["environment"] is null && service["env_file"] is null)
        {
            return;
        }

        var result = new MapNode(service.Position);
        foreach (var file in service["env_file"].Items)
        {
            foreach (var (key, value) in Read(file, environment, result))
            {
                if ((value ?? environment.GetValueOrDefault(key)) is { } known)
                {
                    result[key] = file.Scalar(known);
                }
            }
        }

        foreach (var (key, value) in service["environment"].Entries)
        {
            result[key] = value.IsNull ? value.Scalar(environment.GetValueOrDefault(key)) : value;
        }

        service["environment"] = result;
        service["env_file"] = null;
    }

    private static OrderedDictionary<string, string?> Read(Node file, IReadOnlyDictionary<string, string> environment, MapNode before)
    {
        var path = file.Get("path").Text ?? "";
        if (!File.Exists(path))
        {
            return file.Get("required") is ScalarNode { Value: false }
                ? []
                : throw GantryException.NotFound($"env file {path} not found: stat {path}: no such file or directory");
        }

        var text = File.ReadAllText(path);
        return file.Get("format").Text == "raw"
            ? Raw(text)
            : DotEnv.Parse(text, path, name => environment.GetValueOrDefault(name) ?? before[name].Text);
    }

    // Lines as they are: no quotes, no interpolation.
    private static OrderedDictionary<string, string?> Raw(string text)
    {
        var values = new OrderedDictionary<string, string?>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Trim().Length > 0 && !line.StartsWith('#')))
        {
            var equals = line.IndexOf('=');
            values[equals < 0 ? line : line[..equals]] = equals < 0 ? null : line[(equals + 1)..];
        }

        return values;
    }

    private static void ResolveLabels(MapNode service, IReadOnlyDictionary<string, string> environment)
    {
        if (service["label_file"] is not ListNode files)
        {
            return;
        }

        var labels = new MapNode(files.Position);
        foreach (var path in files.Items.Select(item => item.Text!))
        {
            if (!File.Exists(path))
            {
                throw GantryException.NotFound($"label file {path} not found");
            }

            foreach (var (key, value) in DotEnv.Parse(File.ReadAllText(path), path, environment.GetValueOrDefault))
            {
                labels[key] = files.Scalar(value ?? "");
            }
        }

        foreach (var (key, value) in service["labels"].Entries)
        {
            labels[key] = value;
        }

        service["labels"] = labels;
        service["label_file"] = null;
    }

    private static void ResolveArguments(MapNode service, IReadOnlyDictionary<string, string> environment)
    {
        foreach (var (key, value) in service["build"].Get("args").Entries.ToList())
        {
            var given = value.IsNull ? environment.GetValueOrDefault(key) : value.Text;
            service["build"].Get("args").Map![key] = given is null ? null : value.Scalar(given);
        }
    }
}
