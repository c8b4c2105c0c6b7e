using System.Text;
using Gantry.Build.Cache;
using Gantry.Build.Dockerfiles;
using Gantry.Build.Files;
using Gantry.Core;
using Gantry.Images;
using Gantry.Linux.Files;

namespace Gantry.Build.Solve;

/// <summary>COPY and ADD: its words expanded, the digest of what it takes, and the copying itself.</summary>
internal sealed class CopyStep
{
    private const string Parents = "/./";

    private readonly BuildScope scope;
    private readonly CopyInstruction instruction;
    private readonly StageState state;
    private readonly Source source;
    private readonly IReadOnlyList<ImageLayer> sourceLayers;
    private readonly List<string> local = [];
    private readonly List<string> remote = [];
    private readonly string destination;
    private readonly string writtenDestination;
    private readonly string? chown;
    private readonly string? chmod;
    private readonly ModeChange? mode;
    private readonly Digest? checksum;
    private readonly IReadOnlyList<string> exclude;
    private readonly Dictionary<string, Download> downloads = [];

    /// <exception cref="DockerfileException">For flags that contradict each other or the sources.</exception>
    public CopyStep(BuildScope scope, CopyInstruction instruction, StageState state, Source source, IReadOnlyList<ImageLayer> sourceLayers, char escape)
    {
        (this.scope, this.instruction, this.state, this.source, this.sourceLayers) = (scope, instruction, state, source, sourceLayers);
        var expander = new WordExpander(escape);
        foreach (var word in instruction.Sources.Select(Expand))
        {
            (IsRemote(word) ? remote : local).Add(word);
            if (IsRemote(word) && !instruction.IsAdd)
            {
                throw new DockerfileException("source can't be a URL for COPY");
            }

            if (IsGit(word))
            {
                throw instruction.IsAdd ? new GantryException(ErrorKind.NotImplemented, "git sources of ADD are not supported") : new DockerfileException("source can't be a git ref for COPY");
            }
        }

        writtenDestination = Expand(instruction.Destination);
        destination = SlashPath.Absolute(state.WorkingDirectory, writtenDestination);
        destination += destination != "/" && (writtenDestination is "" or "." || writtenDestination.EndsWith('/') || writtenDestination.EndsWith("/.", StringComparison.Ordinal)) ? "/" : "";
        chown = instruction.Chown is null ? null : Expand(instruction.Chown);
        chmod = instruction.Chmod is null ? null : Expand(instruction.Chmod);
        mode = string.IsNullOrEmpty(chmod) ? null : new ModeChange(chmod);
        exclude = [.. instruction.Exclude.Select(Expand)];
        checksum = instruction.Checksum is null ? null : ParseChecksum(Expand(instruction.Checksum));

        string Expand(string word) => expander.Expand(word, state.Variable);
    }

    /// <summary>As the history shows it.</summary>
    public string CreatedBy => new StringBuilder(instruction.IsAdd ? "ADD" : "COPY")
        .Append(instruction.Parents ? " --parents" : "")
        .Append(string.IsNullOrEmpty(chown) ? "" : $" --chown={chown}")
        .Append(string.IsNullOrEmpty(chmod) ? "" : $" --chmod={chmod}")
        .Append(string.Concat(instruction.Sources.Select(word => " " + UrlCredentials.Redact(new WordExpander('\\').Expand(word, state.Variable)))))
        .Append(string.Concat(instruction.Contents.Select(heredoc => " <<" + heredoc.Name)))
        .Append(' ').Append(writtenDestination).Append(" # buildkit").ToString();

    private bool KeepsOwner => source is Source.OfStage or Source.OfImage;

    /// <summary>The key of the step: everything that the result depends on.</summary>
    public async Task<Digest> KeyAsync(CancellationToken cancellationToken)
    {
        using var key = new StepKey(instruction.IsAdd ? "add" : "copy", state.DiffIds);
        key.Add(destination).Add(chown).Add(chmod).Add(instruction.Parents ? "parents" : null).Add(instruction.Unpack?.ToString());
        key.Add(instruction.Contents.Select(heredoc => heredoc.Name + "\n" + Text(heredoc)));
        if (local.Count > 0)
        {
            key.Add((await SelectionDigestAsync(cancellationToken).ConfigureAwait(false)).Hex);
        }

        foreach (var url in remote)
        {
            downloads[url] = await scope.Services.Downloads.FindAsync(url, checksum, scope.ScratchDirectory, force: false, cancellationToken).ConfigureAwait(false);
            key.Add(Downloads.FileName(url)).Add(downloads[url].Digest.Hex);
        }

        return key.Finish();
    }

    /// <summary>Does it, in a mounted snapshot.</summary>
    public async Task ExecuteAsync(Snapshot snapshot, CancellationToken cancellationToken)
    {
        var options = new CopyOptions
        {
            Owner = string.IsNullOrEmpty(chown) ? null : Accounts.Resolve(chown, snapshot.MergedDirectory),
            KeepOwner = KeepsOwner,
            Mode = mode,
        };
        using var writer = new TreeWriter(snapshot.MergedDirectory, options);
        if (local.Count > 0)
        {
            await CopyLocalAsync(writer, snapshot, options, cancellationToken).ConfigureAwait(false);
        }

        foreach (var url in remote)
        {
            await AddRemoteAsync(writer, snapshot, options, url, cancellationToken).ConfigureAwait(false);
        }

        foreach (var heredoc in instruction.Contents)
        {
            using var content = new MemoryStream(Encoding.UTF8.GetBytes(Text(heredoc)));
            writer.Write(heredoc.Name, content, Convert.ToInt32("644", 8), FileTime.From(scope.Request.SourceDateEpoch ?? DateTimeOffset.UtcNow), destination);
        }
    }

    private static bool IsRemote(string word) =>
        word.StartsWith("http://", StringComparison.Ordinal) || word.StartsWith("https://", StringComparison.Ordinal);

    private static bool IsGit(string word) =>
        word.StartsWith("git@", StringComparison.Ordinal) || word.StartsWith("git://", StringComparison.Ordinal) || word.StartsWith("ssh://", StringComparison.Ordinal)
        || (IsRemote(word) && (word.EndsWith(".git", StringComparison.Ordinal) || word.Contains(".git#", StringComparison.Ordinal)));

    private Digest ParseChecksum(string text)
    {
        if (instruction.Sources.Count != 1)
        {
            throw new DockerfileException("checksum can't be specified for multiple sources");
        }

        return remote.Count == 0 ? throw new DockerfileException("checksum requires HTTP(S) or Git sources")
            : Digest.TryParse(text, null, out var digest) ? digest
            : throw new DockerfileException("invalid checksum digest format");
    }

    private string Text(Heredoc heredoc) =>
        heredoc.Expand ? new WordExpander('\\') { IgnoreQuotes = true }.Expand(heredoc.Text, state.Variable) : heredoc.Text;

    private async Task<Digest> SelectionDigestAsync(CancellationToken cancellationToken)
    {
        // What layers hold never changes, so neither does what a selector takes from them: no need to mount them again.
        Digest? remembered = null;
        if (KeepsOwner)
        {
            using var selector = new StepKey("selection", sourceLayers.Select(layer => layer.DiffId));
            remembered = selector.Add(local).Add(exclude).Add(instruction.Parents ? "parents" : null).Finish();
            if (scope.Services.Cache.FindSelection(remembered.Value) is { } known)
            {
                return known;
            }
        }

        var selection = await SelectionAsync(cancellationToken).ConfigureAwait(false);
        using var digest = new TreeDigest(scope.Services.Hashes, KeepsOwner);
        foreach (var (start, pattern) in local.Select(Split))
        {
            foreach (var selected in selection.Sources(SlashPath.Join(start, pattern)))
            {
                digest.Add(instruction.Parents ? selected.Path[start.Length..] : "");
                digest.Add(selection, selected, cancellationToken);
            }
        }

        var result = digest.Finish();
        if (remembered is { } key)
        {
            scope.Services.Cache.PutSelection(key, result);
        }

        return result;
    }

    private async Task<Selection> SelectionAsync(CancellationToken cancellationToken) =>
        new(await scope.TreeAsync(source, sourceLayers, cancellationToken).ConfigureAwait(false), exclude.Count == 0 ? null : new PathMatcher(exclude));

    // With --parents "a/./b/c" keeps "b/c"; without the pivot all of it.
    private (string Start, string Pattern) Split(string word)
    {
        if (!instruction.Parents)
        {
            return ("", SlashPath.Inside(word));
        }

        var pivot = word.StartsWith("./", StringComparison.Ordinal) ? 0 : word.IndexOf(Parents, StringComparison.Ordinal);
        return pivot <= 0 ? ("", SlashPath.Inside(word)) : (SlashPath.Inside(word[..pivot]), SlashPath.Inside(word[(pivot + Parents.Length)..]));
    }

    private async Task CopyLocalAsync(TreeWriter writer, Snapshot snapshot, CopyOptions options, CancellationToken cancellationToken)
    {
        var selection = await SelectionAsync(cancellationToken).ConfigureAwait(false);
        var chosen = local.Select(Split).SelectMany(word => selection.Sources(SlashPath.Join(word.Start, word.Pattern)).Select(selected => (word.Start, Selected: selected))).ToList();
        CheckDestination(snapshot, chosen.Count);
        foreach (var (start, selected) in chosen)
        {
            if (instruction.Parents)
            {
                var parents = SlashPath.Parent(selected.Path[start.Length..].TrimStart('/'));
                using var into = writer.MakeParents(selection.Tree, start, parents, destination);
                writer.CopyInto(selection, selected, into, cancellationToken);
            }
            else if (!await TryUnpackAsync(writer, snapshot, options, () => selection.Tree.OpenRead(selected.Node), selected.Node.Status.Type == FileType.Regular, instruction.Unpack ?? instruction.IsAdd, cancellationToken).ConfigureAwait(false))
            {
                writer.Copy(selection, selected, destination, cancellationToken);
            }
        }
    }

    // BuildKit would let each source overwrite the one before.
    private void CheckDestination(Snapshot snapshot, int sources)
    {
        if (sources + remote.Count + instruction.Contents.Count <= 1 || destination.EndsWith('/'))
        {
            return;
        }

        using var root = new RootDirectory(snapshot.MergedDirectory);
        if (root.FindStatus(destination, followLast: true) is not { IsDirectory: true })
        {
            throw new DockerfileException($"When using {(instruction.IsAdd ? "ADD" : "COPY")} with more than one source file, the destination must be a directory and end with a /");
        }
    }

    private async Task<bool> TryUnpackAsync(
        TreeWriter writer, Snapshot snapshot, CopyOptions options, Func<Stream> open, bool isRegular, bool unpack, CancellationToken cancellationToken)
    {
        if (!unpack || !isRegular || ArchiveProbe.TryOpenTar(open) is not { } tar)
        {
            return false;
        }

        await using (tar.ConfigureAwait(false))
        {
            writer.MakeDirectories(destination).Dispose();
            await TarExtractor.ExtractAsync(tar, snapshot.MergedDirectory, destination, new TarExtractOptions { Owner = options.Owner }, cancellationToken).ConfigureAwait(false);
            return true;
        }
    }

    private async Task AddRemoteAsync(TreeWriter writer, Snapshot snapshot, CopyOptions options, string url, CancellationToken cancellationToken)
    {
        var download = downloads[url];
        if (download.Path is null)
        {
            download = await scope.Services.Downloads.FindAsync(url, checksum ?? download.Digest, scope.ScratchDirectory, force: true, cancellationToken).ConfigureAwait(false);
        }

        if (await TryUnpackAsync(writer, snapshot, options, () => File.OpenRead(download.Path!), isRegular: true, instruction.Unpack == true, cancellationToken).ConfigureAwait(false))
        {
            return;
        }

        using var content = File.OpenRead(download.Path!);
        writer.Write(Downloads.FileName(url), content, Convert.ToInt32("600", 8), FileTime.From(download.Modified ?? DateTimeOffset.UnixEpoch), destination);
    }
}
