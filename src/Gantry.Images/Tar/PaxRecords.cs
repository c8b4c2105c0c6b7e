using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Gantry.Linux.Files;

namespace Gantry.Images;

/// <summary>
/// The records of a pax extended header (POSIX.1-2017, pax): <c>LENGTH KEY=VALUE\n</c>. Values are bytes, as
/// <c>SCHILY.xattr.</c> records carry binary.
/// </summary>
internal sealed class PaxRecords
{
    private const string AttributePrefix = "SCHILY.xattr.";
    private readonly Dictionary<string, byte[]> values = [];
    private readonly List<SparseRegion> regions = [];
    private long? pendingOffset;

    public List<ExtendedAttribute> Attributes { get; } = [];

    public byte[]? Path => Bytes("GNU.sparse.name") ?? Bytes("path");

    public byte[]? LinkPath => Bytes("linkpath");

    public long? Size => Number("size");

    public long? Uid => Number("uid");

    public long? Gid => Number("gid");

    public FileTime? Modified => Bytes("mtime") is { } text ? Time(text) : null;

    public long? SparseRealSize => Number("GNU.sparse.realsize") ?? Number("GNU.sparse.size");

    /// <summary>GNU sparse format 1.0: the map is at the start of the content.</summary>
    public bool SparseMapInContent => Number("GNU.sparse.major") == 1;

    /// <summary>The map of GNU sparse formats 0.0 and 0.1, or null.</summary>
    public List<SparseRegion>? SparseMap
    {
        get
        {
            if (Bytes("GNU.sparse.map") is not { } map)
            {
                return values.ContainsKey("GNU.sparse.numblocks") ? regions : null;
            }

            if (map.Length == 0)
            {
                return [];
            }

            var numbers = Encoding.ASCII.GetString(map).Split(',').Select(Parse).ToArray();
            return numbers.Length % 2 == 0 ? [.. numbers.Chunk(2).Select(pair => new SparseRegion(pair[0], pair[1]))] : throw TarErrors.InvalidHeader("sparse map");
        }
    }

    public static PaxRecords Read(ReadOnlySpan<byte> content)
    {
        var records = new PaxRecords();
        while (!content.IsEmpty)
        {
            if (!Utf8Parser.TryParse(content, out int length, out var digits) || length > content.Length || digits + 1 >= length
                || content[digits] != ' ' || content[length - 1] != '\n')
            {
                // Some writers pad the header with zeros.
                if (!content.ContainsAnyExcept((byte)0))
                {
                    break;
                }

                throw TarErrors.InvalidHeader("pax record");
            }

            var record = content[(digits + 1)..(length - 1)];
            var equals = record.IndexOf((byte)'=');
            if (equals <= 0)
            {
                throw TarErrors.InvalidHeader("pax record");
            }

            records.Add(record[..equals], record[(equals + 1)..].ToArray());
            content = content[length..];
        }

        return records;
    }

    private void Add(ReadOnlySpan<byte> key, byte[] value)
    {
        if (key.StartsWith("SCHILY.xattr."u8))
        {
            Attributes.Add(new ExtendedAttribute(key[AttributePrefix.Length..].ToArray(), value));
            return;
        }

        switch (Encoding.UTF8.GetString(key))
        {
            case "GNU.sparse.offset":
                pendingOffset = Parse(Encoding.ASCII.GetString(value));
                break;
            case "GNU.sparse.numbytes":
                regions.Add(new SparseRegion(pendingOffset ?? throw TarErrors.InvalidHeader("sparse map"), Parse(Encoding.ASCII.GetString(value))));
                pendingOffset = null;
                break;
            case var name:
                values[name] = value;
                break;
        }
    }

    // An empty value takes back what an earlier header said.
    private byte[]? Bytes(string key) => values.TryGetValue(key, out var value) && value.Length > 0 ? value : null;

    private long? Number(string key) => Bytes(key) is { } text ? Parse(Encoding.ASCII.GetString(text)) : null;

    private static long Parse(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : throw TarErrors.InvalidHeader("pax number");

    private static FileTime Time(byte[] bytes)
    {
        var text = Encoding.ASCII.GetString(bytes);
        var dot = text.IndexOf('.');
        var seconds = Parse(dot < 0 ? text : text[..dot]);
        var nanoseconds = dot < 0 ? 0 : (uint)Parse(text[(dot + 1)..].PadRight(9, '0')[..9]);
        return nanoseconds > 0 && text.StartsWith('-') ? new FileTime(seconds - 1, 1_000_000_000 - nanoseconds) : new FileTime(seconds, nanoseconds);
    }
}
