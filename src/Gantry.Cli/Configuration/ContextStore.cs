using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Gantry.Core;

namespace Gantry.Cli.Configuration;

/// <summary>
/// Docker CLI's own store of contexts: <c>contexts/meta/ID/meta.json</c> and <c>contexts/tls/ID/ENDPOINT/FILE</c>, ID being the
/// SHA-256 of the name. What a document holds that is not known here is kept.
/// </summary>
internal sealed partial class ContextStore(string configDirectory)
{
    public const string DefaultName = "default";
    private const string NamePattern = "^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$";
    private const UnixFileMode PrivateFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode PrivateFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>All but the default one, in docker's order.</summary>
    public IReadOnlyList<StoredContext> List() => Directory.Exists(MetaRoot)
        ? [.. Directory.EnumerateFiles(MetaRoot, "meta.json", SearchOption.AllDirectories).Select(Read).OrderBy(context => context.Name, Formatting.NaturalOrder.Instance)]
        : [];

    public bool Exists(string name) => File.Exists(MetaFile(name));

    /// <exception cref="GantryException">NotFound, in docker's words.</exception>
    public StoredContext Get(string name) => Exists(name) ? Read(MetaFile(name))
        : throw GantryException.NotFound($"context \"{name}\": context not found: open {MetaFile(name)}: no such file or directory");

    public void Save(StoredContext context)
    {
        Directory.CreateDirectory(MetaFolder(context.Name));
        var temporary = MetaFile(context.Name) + "." + Environment.ProcessId;
        File.WriteAllText(temporary, Templates.JsonText.Of(context.Document));
        File.Move(temporary, MetaFile(context.Name), overwrite: true);
    }

    /// <summary>Endpoint to file name to content.</summary>
    public IReadOnlyDictionary<string, IReadOnlyDictionary<string, byte[]>> Tls(string name)
    {
        var folder = new DirectoryInfo(TlsFolder(name));
        return folder.Exists
            ? folder.GetDirectories().OrderBy(endpoint => endpoint.Name, StringComparer.Ordinal).ToDictionary(
                endpoint => endpoint.Name,
                endpoint => (IReadOnlyDictionary<string, byte[]>)endpoint.GetFiles().OrderBy(file => file.Name, StringComparer.Ordinal).ToDictionary(file => file.Name, file => File.ReadAllBytes(file.FullName)))
            : new Dictionary<string, IReadOnlyDictionary<string, byte[]>>();
    }

    /// <summary>Replaces an endpoint's files; none removes them.</summary>
    public void SaveTls(string name, string endpoint, IReadOnlyDictionary<string, byte[]> files)
    {
        var folder = Path.Combine(TlsFolder(name), endpoint);
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        if (files.Count > 0)
        {
            Directory.CreateDirectory(Path.Combine(configDirectory, "contexts"));
            Directory.CreateDirectory(folder, PrivateFolder);
        }

        foreach (var (file, content) in files)
        {
            using var stream = new FileStream(Path.Combine(folder, file), new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, UnixCreateMode = PrivateFile });
            stream.Write(content);
        }
    }

    public void Remove(string name)
    {
        foreach (var folder in new[] { MetaFolder(name), TlsFolder(name) }.Where(Directory.Exists))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public string MetaFolder(string name) => Path.Combine(MetaRoot, Id(name));

    public string TlsFolder(string name) => Path.Combine(configDirectory, "contexts", "tls", Id(name));

    /// <exception cref="GantryException">InvalidArgument: reserved or of other characters.</exception>
    public static void CheckName(string name)
    {
        if (name == DefaultName)
        {
            throw GantryException.Invalid("\"default\" is a reserved context name");
        }

        if (!Name().IsMatch(name))
        {
            throw GantryException.Invalid($"context name \"{name}\" is invalid, names are validated against regexp \"{NamePattern}\"");
        }
    }

    private string MetaRoot => Path.Combine(configDirectory, "contexts", "meta");

    private string MetaFile(string name) => Path.Combine(MetaFolder(name), "meta.json");

    private static string Id(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));

    private static StoredContext Read(string path)
    {
        try
        {
            return new StoredContext(JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw new JsonException("not an object"));
        }
        catch (JsonException e)
        {
            throw new GantryException(ErrorKind.InvalidArgument, $"parsing {path}: {e.Message}", e);
        }
    }

    [GeneratedRegex(NamePattern + "\\z")]
    private static partial Regex Name();
}
