using Gantry.Api.Containers;
using Gantry.Compose.Loading;
using Gantry.Compose.Model;

namespace Gantry.Compose.Planning;

/// <summary>
/// A service's volumes, secrets and configs as the API's binds and mounts. Binds are used where they say everything: they
/// create missing directories and know SELinux labels, and every daemon has them.
/// </summary>
internal sealed class MountSpecification
{
    private readonly List<string> binds = [];
    private readonly List<MountRequest> mounts = [];
    private readonly Dictionary<string, string> tmpfs = new(StringComparer.Ordinal);

    public MountSpecification(Project project, Service service, ObservedContainer? inherited)
    {
        var node = service.Definition;
        foreach (var mount in node["volumes"].Items)
        {
            Add(mount, project);
        }

        foreach (var path in node["tmpfs"].Texts)
        {
            var colon = path.IndexOf(':');
            tmpfs[colon < 0 ? path : path[..colon]] = colon < 0 ? "" : path[(colon + 1)..];
        }

        AddFiles(node["configs"], project.Configs, "/");
        AddFiles(node["secrets"], project.Secrets, "/run/secrets/");
        Inherit(inherited);
    }

    public IReadOnlyList<string> Binds => binds;

    public IReadOnlyList<MountRequest> Mounts => mounts;

    public IReadOnlyDictionary<string, string>? Tmpfs => tmpfs.Count > 0 ? tmpfs : null;

    /// <summary>Where a config or secret appears in the container.</summary>
    public static string Target(Node reference, string root)
    {
        var target = reference.Get("target").Text ?? reference.Get("source").Text ?? "";
        return target.StartsWith('/') ? target : root + target;
    }

    private void Add(Node mount, Project project)
    {
        var (type, source, target) = (mount.Get("type").Text, mount.Get("source").Text, mount.Get("target").Text ?? "");
        var options = mount.Get(type ?? "");
        var readOnly = mount.Get("read_only").IsTrue;
        switch (type)
        {
            case "bind" when !options.Get("create_host_path").IsFalse && options.Get("recursive") is null:
                binds.Add($"{source}:{target}:{Mode(readOnly, options.Get("selinux").Text, options.Get("propagation").Text)}");
                break;
            case "volume" when source is not null && options.Get("subpath") is null && options.Get("labels") is null:
                binds.Add($"{project.Volumes[source].Name}:{target}:{Mode(readOnly, options.Get("nocopy").IsTrue ? "nocopy" : null)}");
                break;
            default:
                mounts.Add(new MountRequest
                {
                    Type = type,
                    Source = type == "volume" && source is not null ? project.Volumes[source].Name : source,
                    Target = target,
                    ReadOnly = readOnly,
                    BindOptions = type == "bind" ? Bind(options) : null,
                    VolumeOptions = type == "volume" ? new VolumeOptions { NoCopy = options.Get("nocopy").IsTrue, Subpath = options.Get("subpath").Text, Labels = options.Get("labels").Options } : null,
                    TmpfsOptions = type == "tmpfs" ? new TmpfsOptions { SizeBytes = options.Get("size").Number ?? 0, Mode = (uint)(options.Get("mode").Number ?? 0) } : null,
                    ImageOptions = type == "image" && options.Get("subpath").Text is { } subpath ? new ImageOptions { Subpath = subpath } : null,
                });
                break;
        }
    }

    private static BindOptions Bind(Node? options) => new()
    {
        Propagation = options.Get("propagation").Text,
        CreateMountpoint = !options.Get("create_host_path").IsFalse,
        NonRecursive = options.Get("recursive").Text == "disabled",
        ReadOnlyNonRecursive = options.Get("recursive").Text == "writable",
        ReadOnlyForceRecursive = options.Get("recursive").Text == "readonly",
    };

    private void AddFiles(Node? references, IReadOnlyDictionary<string, FileResource> resources, string root)
    {
        foreach (var reference in references.Items)
        {
            if (resources.GetValueOrDefault(reference.Get("source").Text ?? "") is { File: { } file })
            {
                mounts.Add(new MountRequest { Type = "bind", Source = file, Target = Target(reference, root), ReadOnly = true });
            }
        }
    }

    // Anonymous volumes, the image's included, survive the container they were made for.
    private void Inherit(ObservedContainer? old)
    {
        foreach (var mount in old?.Summary.Mounts ?? [])
        {
            var anonymous = mounts.Find(request => request.Target == mount.Destination && request.Source is null && request.Type == "volume");
            if (mount.Type == "volume" && mount.Name is not null && (anonymous is not null || !IsTaken(mount.Destination)))
            {
                mounts.RemoveAll(request => request == anonymous);
                mounts.Add(new MountRequest { Type = "volume", Source = mount.Name, Target = mount.Destination, ReadOnly = !mount.RW });
            }
        }
    }

    private bool IsTaken(string target) =>
        mounts.Exists(mount => mount.Target == target) || binds.Exists(bind => bind.Split(':')[1] == target) || tmpfs.ContainsKey(target);

    private static string Mode(bool readOnly, params ReadOnlySpan<string?> options)
    {
        var mode = readOnly ? "ro" : "rw";
        foreach (var option in options)
        {
            mode += option is null ? "" : "," + option;
        }

        return mode;
    }
}
