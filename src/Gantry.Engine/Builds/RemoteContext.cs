using System.Diagnostics;
using Gantry.Core;
using Gantry.Images;
using Gantry.Registry;

namespace Gantry.Engine.Builds;

/// <summary>A build context that the daemon fetches: a git repository, or a tar or a single Dockerfile at a URL.</summary>
internal sealed class RemoteContext(string remote, WebFetcher web)
{
    private const string Dockerfile = "Dockerfile";

    /// <summary>Fills a folder that is empty. Returns the path of the Dockerfile where the context says which it is, else null.</summary>
    /// <exception cref="GantryException">InvalidArgument for what is no URL; Internal when it cannot be fetched.</exception>
    public async Task<string?> FillAsync(string context, CancellationToken cancellationToken)
    {
        if (IsGit(remote))
        {
            await CloneAsync(context, cancellationToken);
            return null;
        }

        if (!remote.StartsWith("http://", StringComparison.Ordinal) && !remote.StartsWith("https://", StringComparison.Ordinal))
        {
            throw GantryException.Invalid($"remoteURL ({UrlCredentials.Redact(remote)}) could not be recognized as URL");
        }

        var file = context + ".download";
        await DownloadAsync(file, cancellationToken);
        if (await IsTextAsync(file, cancellationToken))
        {
            File.Move(file, Path.Combine(context, Dockerfile));
            return Dockerfile;
        }

        await using (var tar = File.OpenRead(file))
        {
            await TarExtractor.ExtractAsync(tar, context, "/", new TarExtractOptions(), cancellationToken);
        }

        File.Delete(file);
        return null;
    }

    // github.com/USER/REPOSITORY, git://, git@host:, or a URL that ends in .git, each with #REF:FOLDER (moby urlutil).
    private static bool IsGit(string remote) =>
        remote.StartsWith("git://", StringComparison.Ordinal) || remote.StartsWith("git@", StringComparison.Ordinal) || remote.StartsWith("ssh://", StringComparison.Ordinal)
        || remote.StartsWith("github.com/", StringComparison.Ordinal)
        || (remote.StartsWith("http", StringComparison.Ordinal) && remote.Split('#')[0].EndsWith(".git", StringComparison.Ordinal));

    private async Task DownloadAsync(string file, CancellationToken cancellationToken)
    {
        await using var content = await web.GetAsync(WebFetcher.Parse(remote), cancellationToken);
        await using var target = File.Create(file);
        await content.Body.CopyToAsync(target, cancellationToken);
    }

    // A tar, packed or not, has bytes that no text has in its first block.
    private static async Task<bool> IsTextAsync(string file, CancellationToken cancellationToken)
    {
        var start = new byte[512];
        await using var stream = File.OpenRead(file);
        var count = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        return count > 0 && !start.AsSpan(0, count).ContainsAnyInRange((byte)0, (byte)8) && !start.AsSpan(0, count).ContainsAnyInRange((byte)14, (byte)26);
    }

    private async Task CloneAsync(string context, CancellationToken cancellationToken)
    {
        var parts = remote.Split('#', 2);
        var (address, fragment) = (parts[0].StartsWith("github.com/", StringComparison.Ordinal) ? "https://" + parts[0] : parts[0], parts.Length > 1 ? parts[1].Split(':', 2) : []);
        var reference = fragment is [{ Length: > 0 } named, ..] ? named : "HEAD";
        var folder = fragment is [_, { Length: > 0 } below] ? below : null;
        if (address.StartsWith('-') || reference.StartsWith('-'))
        {
            throw GantryException.Invalid($"invalid git repository: {UrlCredentials.Redact(remote)}");
        }

        var clone = folder is null ? context : context + ".clone";
        Directory.CreateDirectory(clone);
        await GitAsync(clone, ["init", "--quiet"], cancellationToken);
        try
        {
            await GitAsync(clone, ["fetch", "--quiet", "--depth", "1", "--", address, reference], cancellationToken);
        }
        catch (GantryException)
        {
            // A server of plain files cannot cut the history off.
            await GitAsync(clone, ["fetch", "--quiet", "--", address, reference], cancellationToken);
        }

        await GitAsync(clone, ["checkout", "--quiet", "FETCH_HEAD"], cancellationToken);
        await GitAsync(clone, ["submodule", "update", "--quiet", "--init", "--recursive"], cancellationToken);
        if (folder is not null)
        {
            Take(clone, folder, context);
        }
    }

    // The folder is the repository's to name: it must be one inside it, links followed.
    private static void Take(string clone, string folder, string context)
    {
        string found;
        try
        {
            found = RootFile.Resolve(clone, folder);
        }
        catch (Gantry.Linux.LinuxException)
        {
            throw GantryException.Invalid($"error setting git context, \"{folder}\" not within git root");
        }

        if (!Directory.Exists(found))
        {
            throw GantryException.Invalid($"error setting git context, not a directory: {folder}");
        }

        Directory.Delete(context);
        Directory.Move(found, context);
    }

    private static async Task GitAsync(string directory, string[] arguments, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = directory, RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true };

        // No questions to a daemon's terminal, no files of the host through a "file:" submodule, no user's settings.
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["GIT_ALLOW_PROTOCOL"] = "http:https:git:ssh";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["HOME"] = directory + ".home";
        using var git = Start(start);
        git.StandardInput.Close();
        try
        {
            var errors = git.StandardError.ReadToEndAsync(cancellationToken);
            await git.StandardOutput.ReadToEndAsync(cancellationToken);
            await git.WaitForExitAsync(cancellationToken);
            if (git.ExitCode != 0)
            {
                throw new GantryException(ErrorKind.Internal, $"error fetching: {UrlCredentials.Redact((await errors).Trim())}: exit status {git.ExitCode}");
            }
        }
        catch (OperationCanceledException)
        {
            git.Kill(entireProcessTree: true);
            throw;
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            throw new GantryException(ErrorKind.NotImplemented, "a build from a git repository needs git on the host: install the package git");
        }
    }
}
