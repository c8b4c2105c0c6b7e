namespace Gantry.Compose.Loading;

/// <summary>Drops networks, volumes, secrets and configs that no enabled service uses.</summary>
internal static class Pruning
{
    public static void Apply(MapNode tree)
    {
        var services = tree["services"].Entries.Select(entry => entry.Value).ToList();
        Keep(tree, "networks", services.SelectMany(service => service.Get("networks").Entries.Select(entry => entry.Key)));
        Keep(tree, "volumes", services.SelectMany(service => service.Get("volumes").Items.Where(mount => mount.Get("type").Text == "volume").Select(Source)));
        Keep(tree, "secrets", services.SelectMany(service => service.Get("secrets").Items.Concat(service.Get("build").Get("secrets").Items).Select(Source)));
        Keep(tree, "configs", services.SelectMany(service => service.Get("configs").Items.Select(Source)));
        Keep(tree, "models", services.SelectMany(service => service.Get("models").Entries.Select(entry => entry.Key)));
    }

    private static string Source(Node node) => node.Get("source").Text ?? "";

    private static void Keep(MapNode tree, string section, IEnumerable<string> used)
    {
        var keys = used.ToHashSet(StringComparer.Ordinal);
        foreach (var key in tree[section].Entries.Select(entry => entry.Key).Where(key => !keys.Contains(key)).ToList())
        {
            tree[section].Map![key] = null;
        }
    }
}
