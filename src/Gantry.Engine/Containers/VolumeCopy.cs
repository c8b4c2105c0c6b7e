using System.IO.Pipelines;
using Gantry.Core;
using Gantry.Images;
using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Engine.Containers;

/// <summary>Fills a new volume with what the image has at its destination, owners and modes kept, never leaving either tree.</summary>
internal static class VolumeCopy
{
    /// <param name="subpath">Of the volume; empty for its root. One that is not there stays so.</param>
    /// <exception cref="GantryException">The subpath leads out of the volume, or is no folder.</exception>
    public static async Task CopyAsync(string imageRoot, string path, string volume, string subpath)
    {
        using var source = RootFile.FindDirectory(imageRoot, path);
        if (source is null)
        {
            return;
        }

        using var target = FindTarget(volume, subpath);
        if (target is null || Directory.EnumerateFileSystemEntries($"/proc/self/fd/{target.Number}").Any())
        {
            return;
        }

        var status = FileSystem.Status(source);
        FileSystem.ChangeOwner(target, status.Uid, status.Gid);
        FileSystem.ChangeMode(target, status.Mode);

        var pipe = new Pipe();
        var writing = Task.Run(async () =>
        {
            Exception? failure = null;
            try
            {
                await ImageArchive.ExportAsync($"/proc/self/fd/{source.Number}", "/", pipe.Writer.AsStream(leaveOpen: true), CancellationToken.None);
            }
            catch (Exception exception)
            {
                failure = exception;
            }

            await pipe.Writer.CompleteAsync(failure);
        });
        await TarExtractor.ExtractAsync(pipe.Reader.AsStream(), $"/proc/self/fd/{target.Number}", "/", new TarExtractOptions(), CancellationToken.None);
        await writing;
    }

    private static FileDescriptor? FindTarget(string volume, string subpath)
    {
        try
        {
            return MountSubpath.Open(volume, subpath, OpenFlags.ReadOnly | OpenFlags.Directory);
        }
        catch (GantryException error) when (error.Kind == ErrorKind.NotFound)
        {
            return null;
        }
        catch (GantryException error)
        {
            throw new GantryException(error.Kind, $"failed to populate volume: {error.Message}");
        }
    }
}
