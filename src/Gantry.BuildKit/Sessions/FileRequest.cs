using Gantry.Build;
using Grpc.Core;

namespace Gantry.BuildKit.Sessions;

/// <summary>Which files of a client's directory are wanted.</summary>
/// <param name="Name">The directory's name in the session: <c>context</c>, <c>dockerfile</c>, or a named context's.</param>
internal sealed record FileRequest(string Name)
{
    /// <summary>The only pattern to send, in Go's syntax; everything without.</summary>
    public string? Include { get; init; }

    /// <summary>A path whose symbolic links are to be sent too.</summary>
    public string? Follow { get; init; }

    /// <summary>
    /// What is left out here. It is not asked of the client: patterns are repeated metadata, and .NET's client joins repeated
    /// values into one. What is left out still costs its name, not its content.
    /// </summary>
    public IgnoreList Ignore { get; init; } = IgnoreList.Empty;

    /// <summary>Takes a path literally in <see cref="Include"/>.</summary>
    public static string Escape(string path) => string.Concat(path.Select(c => c is '*' or '?' or '[' or '\\' ? $"\\{c}" : c.ToString()));

    public Metadata ToMetadata()
    {
        var metadata = new Metadata();
        Add(metadata, "dir-name", Name);
        Add(metadata, "include-patterns", Include);
        Add(metadata, "followpaths", Follow);
        return metadata;
    }

    private static void Add(Metadata metadata, string key, string? value)
    {
        if (value is null)
        {
            return;
        }

        // Header values are ASCII; the client decodes what is marked so.
        if (value.All(char.IsAscii))
        {
            metadata.Add(key, value);
        }
        else
        {
            metadata.Add(key, Uri.EscapeDataString(value));
            metadata.Add(key + "-encoded", "1");
        }
    }
}
