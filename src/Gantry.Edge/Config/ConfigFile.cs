using System.Text.Json;
using Gantry.Core;

namespace Gantry.Edge.Config;

/// <summary>Reads a configuration file; every complaint names the place.</summary>
internal static class ConfigFile
{
    /// <summary>Reads and validates.</summary>
    /// <exception cref="GantryException">InvalidArgument, one complaint a line.</exception>
    public static EdgeConfig Load(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GantryException(ErrorKind.NotFound, $"{path}: {e.Message}");
        }

        var config = Parse(bytes, path);
        var complaints = ConfigValidator.Validate(config);
        return complaints.Count == 0
            ? config
            : throw new GantryException(ErrorKind.InvalidArgument, string.Join('\n', complaints.Select(complaint => $"{path}: {complaint}")));
    }

    public static EdgeConfig Parse(ReadOnlySpan<byte> json, string source)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ConfigJson.Default.EdgeConfig)
                ?? throw new GantryException(ErrorKind.InvalidArgument, $"{source}: the file says null");
        }
        catch (JsonException e)
        {
            // The framework appends its own "Path: ... | LineNumber: ..." (zero-based); say it once, as editors count.
            var end = e.Message.IndexOf(" Path: ", StringComparison.Ordinal);
            var message = end < 0 ? e.Message : e.Message[..end];
            throw new GantryException(ErrorKind.InvalidArgument, $"{source}:{e.LineNumber + 1}: {e.Path}: {message}");
        }
    }
}
