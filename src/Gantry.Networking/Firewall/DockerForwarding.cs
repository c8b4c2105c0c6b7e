using System.Text;
using System.Text.Json;
using Gantry.Linux.Nftables;

namespace Gantry.Networking.Firewall;

/// <summary>
/// Coexistence with a Docker Engine: it sets the policy of <c>ip filter FORWARD</c> to drop, which no accept in another table
/// undoes. Its chain DOCKER-USER is meant for others' rules, so ours say there that what enters or leaves our bridges is for our
/// own table to judge. They are written as iptables-nft would, or iptables could not list the chain any more.
/// </summary>
internal sealed class DockerForwarding(string table, RuleFamily family, NftablesContext nftables)
{
    private readonly string chain = $"{family.Name} filter DOCKER-USER";

    /// <summary>Idempotent; does nothing where there is no such chain.</summary>
    /// <param name="interfaces">Names in nft's notation: <c>gt-*</c> is all with that prefix.</param>
    internal void Accept(IEnumerable<string> interfaces)
    {
        if (ReadOwnRules() is not { } present)
        {
            return;
        }

        var script = new StringBuilder();
        foreach (var name in interfaces)
        {
            Insert(script, present, "iifname", name);
            Insert(script, present, "oifname", name);
        }

        if (script.Length > 0)
        {
            // Docker may take the chain away in between: then there is nothing to do either.
            nftables.TryRun(script.ToString());
        }
    }

    internal void Remove()
    {
        foreach (var (_, handle) in ReadOwnRules() ?? [])
        {
            nftables.TryRun($"delete rule {chain} handle {handle}");
        }
    }

    private void Insert(StringBuilder script, Dictionary<string, long> present, string direction, string name)
    {
        var comment = $"{table} {direction} {name}";
        if (!present.ContainsKey(comment))
        {
            script.Append($"insert rule {chain} {direction} \"{name}\" counter accept comment \"{comment}\"\n");
        }
    }

    /// <summary>Comment to handle; null when there is no chain.</summary>
    private Dictionary<string, long>? ReadOwnRules()
    {
        if (nftables.Query($"list chain {chain}") is not { } json)
        {
            return null;
        }

        var rules = new Dictionary<string, long>();
        using var document = JsonDocument.Parse(json);
        foreach (var entry in document.RootElement.GetProperty("nftables").EnumerateArray())
        {
            if (entry.TryGetProperty("rule", out var rule)
                && rule.TryGetProperty("comment", out var comment)
                && comment.GetString() is { } text
                && text.StartsWith($"{table} ", StringComparison.Ordinal))
            {
                rules[text] = rule.GetProperty("handle").GetInt64();
            }
        }

        return rules;
    }
}
