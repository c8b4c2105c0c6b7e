using System.Formats.Tar;
using Gantry.Core;

namespace Gantry.Client.Builds;

/// <summary>
/// Writes what a build reads as one tar stream: the context without what .dockerignore excludes, then named contexts and
/// secrets below <c>.gantry-build/</c>. Files are read as they are sent; owners become root, as BuildKit does.
/// </summary>
internal sealed class BuildContext(BuildOptions options, BuildDockerfile dockerfile)
{
    private const string Reserved = ".gantry-build";

    public static bool IsDirectory(string namedContext) => !namedContext.Contains("://");

    public async Task WriteAsync(Stream destination, CancellationToken cancellationToken)
    {
        if (options.ContextTar is { } ready)
        {
            await ready.CopyToAsync(destination, cancellationToken).ConfigureAwait(false);
            return;
        }

        await using var tar = new TarWriter(destination, TarEntryFormat.Pax, leaveOpen: true);
        if (options.ContextDirectory is { } directory)
        {
            await AddDirectoryAsync(tar, Root(directory), "", IgnoreFile(Root(directory), dockerfile.NameInContext), cancellationToken).ConfigureAwait(false);
        }

        if (dockerfile.AddedText is { } text)
        {
            await AddBytesAsync(tar, dockerfile.NameInContext, text, cancellationToken).ConfigureAwait(false);
        }

        foreach (var (name, source) in options.NamedContexts)
        {
            if (IsDirectory(source))
            {
                var root = Root(source);
                await AddDirectoryAsync(tar, root, $"{Reserved}/contexts/{name}/", IgnoreFile(root, null), cancellationToken).ConfigureAwait(false);
            }
        }

        foreach (var (id, bytes) in options.Secrets)
        {
            await AddBytesAsync(tar, $"{Reserved}/secrets/{id}", bytes, cancellationToken).ConfigureAwait(false);
        }
    }

    private static string Root(string directory) => Directory.Exists(directory)
        ? Path.GetFullPath(directory)
        : throw GantryException.Invalid($"unable to prepare context: path \"{directory}\" not found");

    // NAME.dockerignore beside the Dockerfile wins over the context's own.
    private IgnorePatterns IgnoreFile(string root, string? dockerfileName)
    {
        var own = dockerfileName is null || dockerfile.AddedText is not null ? null : Path.Combine(root, dockerfileName + ".dockerignore");
        return IgnorePatterns.ReadFile(own is not null && File.Exists(own) ? own : Path.Combine(root, ".dockerignore"));
    }

    private async Task AddDirectoryAsync(TarWriter tar, string root, string prefix, IgnorePatterns ignore, CancellationToken cancellationToken)
    {
        if (prefix.Length > 0)
        {
            await tar.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, prefix) { Mode = (UnixFileMode)0b111_101_101 }, cancellationToken).ConfigureAwait(false);
        }

        var pending = new Stack<DirectoryInfo>([new DirectoryInfo(root)]);
        while (pending.TryPop(out var directory))
        {
            foreach (var entry in directory.EnumerateFileSystemInfos().OrderBy(e => e.Name, StringComparer.Ordinal))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var relative = Path.GetRelativePath(root, entry.FullName);
                var kept = !ignore.Ignores(relative) || (prefix.Length == 0 && (relative == ".dockerignore" || relative == dockerfile.NameInContext));
                var isDirectory = entry is DirectoryInfo && entry.LinkTarget is null;
                if (isDirectory && (kept || ignore.HasExceptions || LeadsToDockerfile(relative)))
                {
                    pending.Push((DirectoryInfo)entry);
                }

                if (kept)
                {
                    await AddEntryAsync(tar, entry, prefix + relative, isDirectory, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    private bool LeadsToDockerfile(string relative) => dockerfile.NameInContext.StartsWith(relative + "/", StringComparison.Ordinal);

    private static async Task AddEntryAsync(TarWriter tar, FileSystemInfo entry, string name, bool isDirectory, CancellationToken cancellationToken)
    {
        var type = entry.LinkTarget is not null ? TarEntryType.SymbolicLink : isDirectory ? TarEntryType.Directory : TarEntryType.RegularFile;
        var tarEntry = new PaxTarEntry(type, isDirectory ? name + "/" : name)
        {
            ModificationTime = entry.LastWriteTimeUtc,
            Mode = type == TarEntryType.SymbolicLink ? (UnixFileMode)0b111_111_111 : entry.UnixFileMode,
        };
        if (entry.LinkTarget is { } target)
        {
            tarEntry.LinkName = target;
            await tar.WriteEntryAsync(tarEntry, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (isDirectory || (entry.Attributes & FileAttributes.Device) != 0)
        {
            if (isDirectory)
            {
                await tar.WriteEntryAsync(tarEntry, cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        try
        {
            await using var file = new FileStream(entry.FullName, new FileStreamOptions { Options = FileOptions.SequentialScan, BufferSize = 0, Share = FileShare.ReadWrite | FileShare.Delete });
            if (!file.CanSeek)
            {
                return; // A pipe or socket: contexts hold none.
            }

            tarEntry.DataStream = file;
            await tar.WriteEntryAsync(tarEntry, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or FileNotFoundException)
        {
            throw GantryException.Invalid($"error checking context: can't stat '{entry.FullName}': {e.Message}");
        }
    }

    private static async Task AddBytesAsync(TarWriter tar, string name, byte[] bytes, CancellationToken cancellationToken) =>
        await tar.WriteEntryAsync(
            new PaxTarEntry(TarEntryType.RegularFile, name)
            {
                DataStream = new MemoryStream(bytes),
                Mode = (UnixFileMode)0b110_000_000,
                ModificationTime = DateTimeOffset.UnixEpoch,
            },
            cancellationToken).ConfigureAwait(false);
}
