namespace Gantry.Compose.Loading;

/// <summary>Sets services aside whose profiles are not enabled (compose-spec, 15-profiles.md).</summary>
internal static class ProfileSelection
{
    /// <param name="named">Services named on the command line: enabled with their profiles, whatever those are.</param>
    /// <returns>The services set aside.</returns>
    public static MapNode Apply(MapNode tree, IReadOnlyList<string> profiles, IReadOnlyList<string> named)
    {
        var disabled = new MapNode(tree.Position);
        if (tree["services"] is not MapNode services || profiles.Contains("*"))
        {
            return disabled;
        }

        var enabled = new HashSet<string>(profiles, StringComparer.Ordinal);
        foreach (var name in named)
        {
            enabled.UnionWith(services[name].Get("profiles").Items.Select(item => item.Text!));
        }

        foreach (var (name, service) in services.Entries.ToList())
        {
            var wanted = service.Get("profiles").Items.Select(item => item.Text!).ToList();
            if (wanted.Count > 0 && !wanted.Exists(enabled.Contains))
            {
                disabled[name] = service;
                services[name] = null;
            }
        }

        return disabled;
    }
}
