using System.Globalization;
using System.Text;
using Gantry.Core;
using Gantry.Linux.Files;

namespace Gantry.Build.Files;

/// <summary>Users and groups by name, read from a root's /etc/passwd and /etc/group.</summary>
internal static class Accounts
{
    /// <param name="owner"><c>user</c>, <c>user:group</c>, each a name or a number; one number alone is both.</param>
    /// <exception cref="GantryException">InvalidArgument for a name that the files do not have.</exception>
    public static (int Uid, int Gid) Resolve(string owner, string rootDirectory)
    {
        var (user, group) = owner.Split(':', 2) switch
        {
            [var name, var second] => (name, second),
            _ => (owner, ""),
        };
        var uid = Number(user) ?? 0;
        var gid = uid;
        using var root = new RootDirectory(rootDirectory);
        if (user.Length > 0 && Number(user) is null)
        {
            var fields = Find(root, "etc/passwd", user) ?? throw Unknown("user", user);
            uid = Number(fields.ElementAtOrDefault(2)) ?? throw Unknown("user", user);
            gid = Number(fields.ElementAtOrDefault(3)) ?? uid;
        }

        if (group.Length > 0)
        {
            gid = Number(group) ?? Number(Find(root, "etc/group", group)?.ElementAtOrDefault(2)) ?? throw Unknown("group", group);
        }

        return (uid, gid);
    }

    private static string[]? Find(RootDirectory root, string file, string name) =>
        root.FindContent(file) is { } content
            ? Encoding.UTF8.GetString(content).Split('\n').Select(line => line.Split(':')).FirstOrDefault(fields => fields[0] == name)
            : null;

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static GantryException Unknown(string kind, string name) =>
        GantryException.Invalid($"unable to convert uid/gid chown string to host mapping: can't find {(kind == "user" ? "uid for user" : "gid for group")} {name}: no such {kind}: {name}");
}
