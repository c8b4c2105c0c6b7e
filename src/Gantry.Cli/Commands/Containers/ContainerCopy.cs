using System.Formats.Tar;
using Gantry.Api.Containers;
using Gantry.Cli.CommandLine;
using Gantry.Core;

namespace Gantry.Cli.Commands.Containers;

/// <summary>Copies with cp's rules for names: into a directory that exists, else under the new name; <c>dir/.</c> means its content.</summary>
internal sealed class ContainerCopy(CommandContext context, bool keepOwner, bool followLink)
{
    // Go's os.FileMode bits.
    private const uint ModeDirectory = 1u << 31;
    private const uint ModeSymlink = 1u << 27;

    /// <summary>Returns the bytes copied; null when they went to standard output.</summary>
    public async Task<long?> FromAsync(string container, string source, string destination, CancellationToken cancellationToken)
    {
        if (followLink)
        {
            var stat = await context.Client.Containers.StatPathAsync(container, source, cancellationToken).ConfigureAwait(false);
            source = (stat.Mode & ModeSymlink) != 0 ? Path.GetFullPath(stat.LinkTarget, Path.GetDirectoryName(Absolute(source)) ?? "/") : source;
        }

        var archive = await context.Client.Containers.GetArchiveAsync(container, source, cancellationToken).ConfigureAwait(false);
        await using var tar = archive.Tar;
        if (destination == "-")
        {
            await tar.CopyToAsync(context.Console.Output, cancellationToken).ConfigureAwait(false);
            return null;
        }

        var isDirectory = (archive.Stat.Mode & ModeDirectory) != 0;
        var content = source.EndsWith("/.", StringComparison.Ordinal);
        var exists = Directory.Exists(destination);
        if (Path.GetDirectoryName(destination.TrimEnd('/')) is { Length: > 0 } folder && !Directory.Exists(folder))
        {
            throw new ExitException(1, $"invalid output path: directory \"{folder}\" does not exist");
        }

        if (!exists && !isDirectory && destination.EndsWith('/'))
        {
            throw new ExitException(1, $"invalid output path: directory \"{destination}\" does not exist");
        }

        if (isDirectory && File.Exists(destination))
        {
            throw new ExitException(1, "cannot copy directory");
        }

        // The first path element of the archive is replaced by where it shall be.
        var target = exists && !content ? Path.Combine(destination, archive.Stat.Name) : destination;
        return await UnpackAsync(tar, Path.GetFullPath(target), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Returns the bytes copied; null when they came from standard input.</summary>
    public async Task<long?> ToAsync(string source, string container, string destination, CancellationToken cancellationToken)
    {
        var existing = await StatAsync(container, destination, cancellationToken).ConfigureAwait(false);
        var intoDirectory = existing is { } stat && (stat.Mode & ModeDirectory) != 0;
        if (source == "-")
        {
            if (!intoDirectory)
            {
                throw new ExitException(1, $"destination \"{container}:{destination}\" must be a directory");
            }

            await context.Client.Containers.PutArchiveAsync(
                container, destination, keepOwner, (body, stop) => context.Console.Input.CopyToAsync(body, stop), cancellationToken).ConfigureAwait(false);
            return null;
        }

        if (!Path.Exists(source))
        {
            throw new ExitException(1, $"lstat {Path.GetFullPath(source)}: no such file or directory");
        }

        var local = followLink && File.ResolveLinkTarget(source, returnFinalTarget: true) is { } link ? link.FullName : Path.GetFullPath(source);
        if (Directory.Exists(local) && existing is not null && !intoDirectory)
        {
            throw new ExitException(1, "cannot copy directory");
        }

        if (existing is null && destination.EndsWith('/') && !Directory.Exists(local))
        {
            throw new ExitException(1, $"no such directory: {destination}");
        }

        var content = source.EndsWith("/.", StringComparison.Ordinal);
        var trimmed = Absolute(destination.TrimEnd('/') is { Length: > 0 } path ? path : "/");
        var (parent, name) = intoDirectory ? (destination, content ? "." : Path.GetFileName(local.TrimEnd('/'))) : (Path.GetDirectoryName(trimmed) ?? "/", Path.GetFileName(trimmed));
        long bytes = 0;
        await context.Client.Containers.PutArchiveAsync(
            container, parent, keepOwner, async (body, stop) => bytes = await PackAsync(body, local.TrimEnd('/'), name, stop).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
        return bytes;
    }

    private static string Absolute(string path) => path.StartsWith('/') ? path : "/" + path;

    private async Task<ContainerPathStat?> StatAsync(string container, string path, CancellationToken cancellationToken)
    {
        try
        {
            var stat = await context.Client.Containers.StatPathAsync(container, path, cancellationToken).ConfigureAwait(false);
            return (stat.Mode & ModeSymlink) == 0
                ? stat
                : await StatAsync(container, Path.GetFullPath(stat.LinkTarget, Path.GetDirectoryName(Absolute(path)) ?? "/"), cancellationToken).ConfigureAwait(false);
        }
        catch (GantryException e) when (e.Kind == ErrorKind.NotFound && !e.Message.Contains("No such container"))
        {
            return null;
        }
    }

    private static async Task<long> UnpackAsync(Stream tar, string target, CancellationToken cancellationToken)
    {
        long bytes = 0;
        await using var reader = new TarReader(tar);
        while (await reader.GetNextEntryAsync(copyData: false, cancellationToken).ConfigureAwait(false) is { } entry)
        {
            var path = Target(target, entry.Name);
            switch (entry.EntryType)
            {
                case TarEntryType.Directory:
                    Directory.CreateDirectory(path, entry.Mode | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
                    break;
                case TarEntryType.SymbolicLink:
                    File.Delete(path);
                    File.CreateSymbolicLink(path, entry.LinkName);
                    break;
                case TarEntryType.HardLink:
                    File.Copy(Target(target, entry.LinkName), path, overwrite: true);
                    break;
                case TarEntryType.RegularFile or TarEntryType.V7RegularFile:
                    await using (var file = new FileStream(path, new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = entry.Mode }))
                    {
                        await (entry.DataStream ?? Stream.Null).CopyToAsync(file, cancellationToken).ConfigureAwait(false);
                        bytes += file.Length;
                    }

                    File.SetUnixFileMode(path, entry.Mode);
                    File.SetLastWriteTimeUtc(path, entry.ModificationTime.UtcDateTime);
                    break;
            }
        }

        return bytes;
    }

    // The archive's names come from inside the container: they must not lead out of the target.
    private static string Target(string target, string name)
    {
        var slash = name.TrimStart('/').IndexOf('/');
        var rest = slash < 0 ? "" : name.TrimStart('/')[(slash + 1)..].TrimEnd('/');
        var path = rest.Length == 0 ? target : Path.GetFullPath(Path.Combine(target, rest));
        return path == target || path.StartsWith(target.TrimEnd('/') + "/", StringComparison.Ordinal)
            ? path
            : throw new ExitException(1, $"the archive names a path outside of the destination: {name}");
    }

    private static async Task<long> PackAsync(Stream destination, string local, string name, CancellationToken cancellationToken)
    {
        long bytes = 0;
        await using var tar = new TarWriter(destination, TarEntryFormat.Pax, leaveOpen: true);
        if (name != ".")
        {
            await tar.WriteEntryAsync(local, name, cancellationToken).ConfigureAwait(false);
            bytes += File.Exists(local) ? new FileInfo(local).Length : 0;
        }

        if (!Directory.Exists(local) || new FileInfo(local).LinkTarget is not null)
        {
            return bytes;
        }

        foreach (var path in Directory.EnumerateFileSystemEntries(local, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }).Order(StringComparer.Ordinal))
        {
            await tar.WriteEntryAsync(path, Path.Combine(name, Path.GetRelativePath(local, path)), cancellationToken).ConfigureAwait(false);
            bytes += File.Exists(path) ? new FileInfo(path).Length : 0;
        }

        return bytes;
    }
}
