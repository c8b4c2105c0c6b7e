using System.IO.Pipelines;
using Gantry.Images;
using Gantry.Linux.Files;

namespace Gantry.Engine.Containers;

/// <summary>Fills a new volume with what the image has at its destination, owners and modes kept, never leaving either tree.</summary>
internal static class VolumeCopy
{
    public static async Task CopyAsync(string imageRoot, string path, string volume)
    {
        using var source = RootFile.FindDirectory(imageRoot, path);
        if (source is null)
        {
            return;
        }

        using (var target = FileSystem.OpenDirectory(volume))
        {
            var status = FileSystem.Status(source);
            FileSystem.ChangeOwner(target, status.Uid, status.Gid);
            FileSystem.ChangeMode(target, status.Mode);
        }

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
        await TarExtractor.ExtractAsync(pipe.Reader.AsStream(), volume, "/", new TarExtractOptions(), CancellationToken.None);
        await writing;
    }
}
