using System.Text;
using Gantry.Build.Dockerfiles;
using Gantry.Build.Files;
using Gantry.Core;
using Gantry.Images;
using Gantry.Linux.Files;

namespace Gantry.Build.Solve;

/// <summary>Makes the mounts of a RUN step ready on the host, and takes them away after it.</summary>
internal sealed class StepMounts(BuildScope scope, StageState state, Func<string?, (Source Source, IReadOnlyList<ImageLayer> Layers)> sourceOf) : IDisposable
{
    private const int SecretMode = 0x100; // 0400

    private readonly Stack<Action> undo = [];

    public List<StepMount> Mounts { get; } = [];

    /// <summary>Secrets that were asked for as variables.</summary>
    public List<string> Environment { get; } = [];

    public async Task AddAsync(RunMount mount, CancellationToken cancellationToken)
    {
        switch (mount.Type)
        {
            case "bind":
                await BindAsync(mount, cancellationToken).ConfigureAwait(false);
                break;
            case "cache":
                await CacheAsync(mount, cancellationToken).ConfigureAwait(false);
                break;
            case "tmpfs":
                Mounts.Add(new StepMount("tmpfs", "", Target(mount.Target), false, mount.Size));
                break;
            case "secret":
                await SecretAsync(mount, cancellationToken).ConfigureAwait(false);
                break;
            case "ssh" when mount.Required:
                throw new GantryException(ErrorKind.NotImplemented, "ssh mounts are not supported");
        }
    }

    /// <summary>Shows a script at <paramref name="target"/>, for a here-document that names its interpreter.</summary>
    public void AddScript(string text, string target)
    {
        var path = scope.NewScratchPath();
        File.WriteAllText(path, text);
        File.SetUnixFileMode(path, (UnixFileMode)Convert.ToInt32("755", 8));
        Mounts.Add(new StepMount("bind", path, target, true));
    }

    public void Dispose()
    {
        while (undo.TryPop(out var action))
        {
            action();
        }
    }

    private string Target(string target) => SlashPath.Absolute(state.WorkingDirectory, target);

    private async Task BindAsync(RunMount mount, CancellationToken cancellationToken)
    {
        var (source, layers) = sourceOf(mount.From);
        var tree = await scope.TreeAsync(source, layers, cancellationToken).ConfigureAwait(false);
        var node = Find(tree, mount.Source);
        string path;
        if (mount.ReadOnly && !tree.HasIgnored)
        {
            path = Path.Combine(tree.RootPath, node.Path);
        }
        else if (source is Source.OfStage or Source.OfImage)
        {
            // Writable: a snapshot of its own, thrown away after the step.
            var snapshot = await scope.MountAsync(layers, cancellationToken).ConfigureAwait(false);
            undo.Push(() => scope.Services.Snapshots.Remove(snapshot.Id));
            path = Path.Combine(snapshot.MergedDirectory, node.Path);
        }
        else
        {
            path = CopyOut(tree, node, cancellationToken);
        }

        Mounts.Add(new StepMount("bind", path, Target(mount.Target), mount.ReadOnly));
    }

    // A writable view of a context, or one without what it ignores, is a copy.
    private string CopyOut(FileTree tree, FileNode node, CancellationToken cancellationToken)
    {
        var directory = scope.NewScratchPath();
        Directory.CreateDirectory(directory);
        undo.Push(() => FileSystem.RemoveTree(directory));
        Copy(tree, node, directory, "/content", new CopyOptions(), cancellationToken);
        return Path.Combine(directory, "content");
    }

    private async Task CacheAsync(RunMount mount, CancellationToken cancellationToken)
    {
        var target = Target(mount.Target);
        FileTree? tree = null;
        if (mount.From is not null)
        {
            var (source, layers) = sourceOf(mount.From);
            tree = await scope.TreeAsync(source, layers, cancellationToken).ConfigureAwait(false);
        }

        var use = await scope.Services.CacheMounts.UseAsync(mount.Id ?? target, mount.Sharing, Prepare, cancellationToken).ConfigureAwait(false);
        undo.Push(use.Dispose);
        var subdirectory = tree is null ? SlashPath.Inside(mount.Source) : "";
        using (var writer = new TreeWriter(use.Path, new CopyOptions()))
        {
            writer.MakeDirectories(subdirectory).Dispose();
        }

        Mounts.Add(new StepMount("bind", Path.Combine(use.Path, subdirectory), target, mount.ReadOnly));

        void Prepare(string directory)
        {
            if (tree is not null)
            {
                Copy(tree, Find(tree, mount.Source), directory, "/", new CopyOptions { KeepOwner = true }, cancellationToken);
            }

            using var descriptor = FileSystem.OpenDirectory(directory);
            FileSystem.ChangeOwner(descriptor, mount.Uid ?? 0, mount.Gid ?? 0);
            FileSystem.ChangeMode(descriptor, mount.Mode ?? Convert.ToInt32("755", 8));
        }
    }

    private async Task SecretAsync(RunMount mount, CancellationToken cancellationToken)
    {
        var id = mount.Id ?? (mount.Source.Length > 0 ? SlashPath.Name(mount.Source) : SlashPath.Name(mount.Target));
        var bytes = scope.Request.Secrets.GetValueOrDefault(id);
        if (bytes is null && scope.Request.FindSecret is { } find)
        {
            bytes = await find(id, cancellationToken).ConfigureAwait(false);
        }

        if (bytes is null)
        {
            if (mount.Required)
            {
                throw GantryException.Invalid($"secret {id}: not found");
            }

            return;
        }

        if (mount.Env is { } variable)
        {
            Environment.Add($"{variable}={Encoding.UTF8.GetString(bytes)}");
            if (mount.Target.Length == 0)
            {
                return;
            }
        }

        var file = SecretFile.Write(bytes, mount.Mode ?? SecretMode, mount.Uid ?? 0, mount.Gid ?? 0, scope.ScratchDirectory);
        undo.Push(file.Dispose);
        Mounts.Add(new StepMount("bind", file.Path, mount.Target.Length > 0 ? Target(mount.Target) : "/run/secrets/" + id, true));
    }

    private static FileNode Find(FileTree tree, string path) =>
        tree.Find(path, followLast: true) ?? throw Selection.NotFound(path);

    private static void Copy(FileTree tree, FileNode node, string directory, string destination, CopyOptions options, CancellationToken cancellationToken)
    {
        using var writer = new TreeWriter(directory, options);
        writer.Copy(new Selection(tree, null), new Selected(node.Path, node.RawName.ToArray(), node), destination, cancellationToken);
    }
}
