namespace Gantry.Linux.Mounts;

/// <summary>Options as mount(8) and fstab(5) write them, taken apart into the kernel's flags and what is the filesystem's own.</summary>
/// <param name="Flags">Flags of mount(2) without the propagation ones.</param>
/// <param name="Propagation">One of MS_SHARED, MS_SLAVE, MS_PRIVATE, MS_UNBINDABLE, perhaps with MS_REC; 0 for none.</param>
/// <param name="Data">The rest, by commas.</param>
internal readonly record struct MountOptions(uint Flags, uint Propagation, string Data)
{
    private static readonly Dictionary<string, (uint Flag, bool Clears)> Known = new()
    {
        ["defaults"] = (0, false),
        ["ro"] = (1, false),
        ["rw"] = (1, true),
        ["nosuid"] = (2, false),
        ["suid"] = (2, true),
        ["nodev"] = (4, false),
        ["dev"] = (4, true),
        ["noexec"] = (8, false),
        ["exec"] = (8, true),
        ["sync"] = (16, false),
        ["async"] = (16, true),
        ["remount"] = (32, false),
        ["mand"] = (64, false),
        ["nomand"] = (64, true),
        ["dirsync"] = (128, false),
        ["noatime"] = (1 << 10, false),
        ["atime"] = (1 << 10, true),
        ["nodiratime"] = (1 << 11, false),
        ["diratime"] = (1 << 11, true),
        ["bind"] = (MountNative.MS_BIND, false),
        ["rbind"] = (MountNative.MS_BIND | MountNative.MS_REC, false),
        ["relatime"] = (1 << 21, false),
        ["norelatime"] = (1 << 21, true),
        ["strictatime"] = (1 << 24, false),
        ["nostrictatime"] = (1 << 24, true),
    };

    private static readonly Dictionary<string, uint> Propagations = new()
    {
        ["unbindable"] = 1 << 17,
        ["runbindable"] = 1 << 17 | MountNative.MS_REC,
        ["private"] = MountNative.MS_PRIVATE,
        ["rprivate"] = MountNative.MS_PRIVATE | MountNative.MS_REC,
        ["slave"] = 1 << 19,
        ["rslave"] = 1 << 19 | MountNative.MS_REC,
        ["shared"] = 1 << 20,
        ["rshared"] = 1 << 20 | MountNative.MS_REC,
    };

    internal static MountOptions Parse(string text)
    {
        var (flags, propagation) = (0u, 0u);
        List<string> data = [];
        foreach (var option in text.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            if (Known.TryGetValue(option, out var known))
            {
                flags = known.Clears ? flags & ~known.Flag : flags | known.Flag;
            }
            else if (Propagations.TryGetValue(option, out var asked))
            {
                propagation = asked;
            }
            else
            {
                data.Add(option);
            }
        }

        return new MountOptions(flags, propagation, string.Join(',', data));
    }
}
