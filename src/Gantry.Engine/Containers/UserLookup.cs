using System.Globalization;
using Gantry.Core;

namespace Gantry.Engine.Containers;

/// <summary>Who a container's process is: a user string resolved against the image's own passwd and group files (passwd(5), group(5)).</summary>
internal sealed class UserLookup(string passwd, string group)
{
    private const int FileLimit = 1 << 20;

    /// <summary>Reads both files below a mounted root, never following a link out of it.</summary>
    public static UserLookup Read(string root) => new(RootFile.ReadText(root, "/etc/passwd", FileLimit), RootFile.ReadText(root, "/etc/group", FileLimit));

    /// <summary>Resolves <c>user</c>, <c>uid</c>, <c>user:group</c> and so on; additional groups come from the group file and <paramref name="groupAdd"/>.</summary>
    /// <exception cref="GantryException">InvalidArgument: <c>unable to find user x: no matching entries in passwd file</c>.</exception>
    public ResolvedUser Resolve(string user, IReadOnlyList<string> groupAdd)
    {
        var colon = user.IndexOf(':');
        var userPart = colon < 0 ? user : user[..colon];
        var groupPart = colon < 0 ? "" : user[(colon + 1)..];
        string? name = null;
        string[]? found = null;
        uint uid = 0;
        uint gid = 0;
        if (userPart.Length > 0)
        {
            var numeric = uint.TryParse(userPart, NumberStyles.None, null, out var number);
            var entry = Lines(passwd).FirstOrDefault(fields => fields.Length >= 4 && (fields[0] == userPart || (numeric && fields[2] == userPart)));
            if (entry is not null && uint.TryParse(entry[2], out uid) && uint.TryParse(entry[3], out gid))
            {
                found = entry;
                name = entry[0];
            }
            else if (userPart.All(char.IsAsciiDigit) && (!numeric || number > int.MaxValue))
            {
                throw GantryException.Invalid("uids and gids must be in range 0-2147483647");
            }
            else if (numeric)
            {
                uid = number;
            }
            else
            {
                throw GantryException.Invalid($"unable to find user {userPart}: no matching entries in passwd file");
            }
        }
        else if (Lines(passwd).FirstOrDefault(fields => fields.Length >= 4 && fields[2] == "0") is { } root)
        {
            found = root;
            name = root[0];
            _ = uint.TryParse(root[3], out gid);
        }

        if (groupPart.Length > 0)
        {
            gid = Group(groupPart);
        }

        // Docker: the primary group is always among them (or setgid programs could drop it, CVE-2022-36109), the user's
        // supplementary ones only when no group was named.
        List<uint> additional = [gid];
        if (groupPart.Length == 0 && name is not null)
        {
            additional.AddRange(Lines(group)
                .Where(fields => fields.Length >= 4 && fields[3].Split(',').Contains(name) && uint.TryParse(fields[2], out _))
                .Select(fields => uint.Parse(fields[2])));
        }

        additional.AddRange(groupAdd.Select(Group));
        return new ResolvedUser(uid, gid, [.. additional.Distinct()], found is [_, _, _, _, _, { Length: > 0 } home, ..] ? home : "/");
    }

    private uint Group(string wanted)
    {
        var entry = Lines(group).FirstOrDefault(fields => fields.Length >= 3 && fields[0] == wanted);
        return entry is not null && uint.TryParse(entry[2], out var gid) ? gid
            : uint.TryParse(wanted, NumberStyles.None, null, out gid) ? gid
            : throw GantryException.Invalid($"unable to find group {wanted}: no matching entries in group file");
    }

    private static IEnumerable<string[]> Lines(string file) =>
        file.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.TrimEnd('\r').Split(':'));
}

/// <param name="Home">The user's home, the root folder for one that the image does not know.</param>
internal sealed record ResolvedUser(uint Uid, uint Gid, IReadOnlyList<uint> AdditionalGids, string Home);
