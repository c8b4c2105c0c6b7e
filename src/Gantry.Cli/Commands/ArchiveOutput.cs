using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands;

/// <summary>Where export and save put their tar archive: a file or standard output.</summary>
internal static class ArchiveOutput
{
    /// <param name="what"><c>export container</c>, <c>save image</c>.</param>
    /// <exception cref="ExitException">It would go to a terminal, or its directory does not exist.</exception>
    public static void Check(CommandContext context, string path, string what)
    {
        if (path.Length == 0 && context.Console.OutputIsTerminal)
        {
            throw new ExitException(1, "cowardly refusing to save to a terminal. Use the -o flag or redirect");
        }

        var directory = Path.GetDirectoryName(path);
        if (!string.IsNullOrEmpty(directory) && !Directory.Exists(directory))
        {
            throw new ExitException(1, $"failed to {what}: invalid output path: stat {directory}: no such file or directory");
        }
    }

    /// <summary>A file appears whole or not at all.</summary>
    public static async Task WriteAsync(CommandContext context, string path, Stream tar, CancellationToken cancellationToken)
    {
        if (path.Length == 0)
        {
            await tar.CopyToAsync(context.Console.Output, cancellationToken).ConfigureAwait(false);
            return;
        }

        if (path.StartsWith("/dev/", StringComparison.Ordinal))
        {
            await using var device = new FileStream(path, FileMode.Open, FileAccess.Write);
            await tar.CopyToAsync(device, cancellationToken).ConfigureAwait(false);
            return;
        }

        var temporary = $"{path}.{Environment.ProcessId}";
        try
        {
            await using (var file = File.Create(temporary))
            {
                await tar.CopyToAsync(file, 128 * 1024, cancellationToken).ConfigureAwait(false);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}

/// <summary>Archives to read.</summary>
internal static class ArchiveInput
{
    public static Stream Open(string path)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 128 * 1024);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ExitException(1, $"open {path}: no such file or directory");
        }
    }
}
