using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gantry.Cli.Configuration;
using Gantry.Cli.Templates;
using Gantry.Core;

namespace Gantry.Cli.Commands.Contexts;

/// <summary>A context as docker exports it: <c>meta.json</c> and <c>tls/ENDPOINT/FILE</c> in a tar (or, on import, a zip) archive.</summary>
internal static class ContextArchive
{
    // Docker's limit of what an import takes in.
    private const int Limit = 10 << 20;
    private const int Block = 512;
    private const UnixFileMode Folder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    public static async Task WriteAsync(Stream output, StoredContext context, IReadOnlyDictionary<string, IReadOnlyDictionary<string, byte[]>> tls, CancellationToken cancellationToken)
    {
        await using var tar = new TarWriter(output, TarEntryFormat.Ustar, leaveOpen: true);
        await AddAsync("meta.json", Encoding.UTF8.GetBytes(JsonText.Of(context.Document)), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead).ConfigureAwait(false);
        await AddFolderAsync("tls").ConfigureAwait(false);
        foreach (var (endpoint, files) in tls)
        {
            await AddFolderAsync($"tls/{endpoint}").ConfigureAwait(false);
            foreach (var (file, content) in files)
            {
                await AddAsync($"tls/{endpoint}/{file}", content, UnixFileMode.UserRead | UnixFileMode.UserWrite).ConfigureAwait(false);
            }
        }

        Task AddAsync(string name, byte[] content, UnixFileMode mode) =>
            tar.WriteEntryAsync(new UstarTarEntry(TarEntryType.RegularFile, name) { Mode = mode, ModificationTime = DateTimeOffset.UnixEpoch, DataStream = new MemoryStream(content) }, cancellationToken);

        Task AddFolderAsync(string name) =>
            tar.WriteEntryAsync(new UstarTarEntry(TarEntryType.Directory, name) { Mode = Folder, ModificationTime = DateTimeOffset.UnixEpoch }, cancellationToken);
    }

    /// <exception cref="GantryException">It is no such archive: docker's words.</exception>
    public static async Task<(StoredContext Context, Dictionary<string, IReadOnlyDictionary<string, byte[]>> Tls)> ReadAsync(Stream input, CancellationToken cancellationToken)
    {
        var archive = new MemoryStream();
        var buffer = new byte[81920];
        while (await input.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var count)
        {
            archive.Write(buffer, 0, count);
            if (archive.Length > Limit)
            {
                throw GantryException.Invalid("read exceeds the defined limit");
            }
        }

        if (archive.Length is > 0 and < Block)
        {
            throw GantryException.Invalid("unexpected EOF");
        }

        // Docker's exports end behind the last file's content, without its padding and the archive's end.
        var zip = archive.Length > 4 && archive.GetBuffer().AsSpan(0, 4).SequenceEqual("PK\u0003\u0004"u8);
        archive.Write(new byte[zip ? 0 : Block - (archive.Length % Block) + (2 * Block)]);
        archive.Position = 0;
        var files = zip ? Unzipped(archive) : await UntarredAsync(archive, cancellationToken).ConfigureAwait(false);
        var tls = new Dictionary<string, IReadOnlyDictionary<string, byte[]>>();
        StoredContext? context = null;
        foreach (var (name, content) in files)
        {
            switch (name.Split('/'))
            {
                case ["meta.json"]:
                    context = Parsed(content);
                    break;
                case ["tls", var endpoint and not ("" or "." or ".."), var file and not ("" or "." or "..")]:
                    tls[endpoint] = new Dictionary<string, byte[]>(tls.GetValueOrDefault(endpoint) ?? new Dictionary<string, byte[]>()) { [file] = content };
                    break;
                default:
                    throw GantryException.Invalid($"{name}: unexpected context file");
            }
        }

        return (context ?? throw GantryException.Invalid("invalid context: no metadata found"), tls);
    }

    private static StoredContext Parsed(byte[] content)
    {
        try
        {
            return new StoredContext(JsonNode.Parse(content) as JsonObject ?? throw GantryException.Invalid("invalid context: meta.json is not an object"));
        }
        catch (JsonException)
        {
            throw GantryException.Invalid($"invalid character '{(content.Length > 0 ? (char)content[0] : ' ')}' looking for beginning of value");
        }
    }

    private static async Task<List<(string Name, byte[] Content)>> UntarredAsync(Stream archive, CancellationToken cancellationToken)
    {
        var files = new List<(string, byte[])>();
        try
        {
            using var tar = new TarReader(archive);
            while (await tar.GetNextEntryAsync(copyData: true, cancellationToken).ConfigureAwait(false) is { } entry)
            {
                if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile)
                {
                    files.Add((entry.Name, Bytes(entry.DataStream)));
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException or ArgumentException)
        {
            throw GantryException.Invalid("archive/tar: invalid tar header");
        }

        return files;
    }

    private static List<(string Name, byte[] Content)> Unzipped(Stream archive)
    {
        try
        {
            using var zip = new ZipArchive(archive);
            return [.. zip.Entries.Where(entry => !entry.FullName.EndsWith('/')).Select(entry =>
            {
                using var content = entry.Open();
                return (entry.FullName, Bytes(content));
            })];
        }
        catch (InvalidDataException)
        {
            throw GantryException.Invalid("zip: not a valid zip file");
        }
    }

    private static byte[] Bytes(Stream? content)
    {
        var bytes = new MemoryStream();
        var buffer = new byte[81920];
        while (content is not null && content.Read(buffer) is > 0 and var count)
        {
            bytes.Write(buffer, 0, count);
            if (bytes.Length > Limit)
            {
                throw GantryException.Invalid("read exceeds the defined limit");
            }
        }

        return bytes.ToArray();
    }
}
