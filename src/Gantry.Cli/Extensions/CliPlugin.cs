using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gantry.Cli.Extensions;

/// <summary>
/// A program <c>docker-NAME</c> that adds the command NAME. It says what it is when called with <c>docker-cli-plugin-metadata</c>
/// (docs.docker.com/engine/extend/cli_plugins).
/// </summary>
/// <param name="Problem">Why it cannot be used; null for a good one.</param>
internal sealed record CliPlugin(string Name, string Path, string ShortDescription, bool Hidden, string? Problem)
{
    private const string MetadataCall = "docker-cli-plugin-metadata";
    private const string SchemaVersion = "0.1.0";

    /// <summary>Asks the program what it is.</summary>
    public static CliPlugin Ask(string name, string path)
    {
        if (name.Any(c => c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9'))) || name is "" or [>= '0' and <= '9', ..])
        {
            return Bad(name, path, $"plugin candidate \"{name}\" did not match \"^[a-z][a-z0-9]*$\"");
        }

        try
        {
            using var process = Process.Start(new ProcessStartInfo(path, [MetadataCall]) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
            process.StandardInput.Close();
            process.ErrorDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? Read(name, path, output) : Bad(name, path, $"failed to fetch metadata: exit status {process.ExitCode}");
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            return Bad(name, path, $"failed to fetch metadata: {e.Message}");
        }
    }

    private static CliPlugin Read(string name, string path, string output)
    {
        try
        {
            var metadata = JsonNode.Parse(output) as JsonObject ?? [];
            var schema = Text(metadata, "SchemaVersion");
            return schema != SchemaVersion ? Bad(name, path, $"plugin SchemaVersion \"{schema}\" is not valid, must be {SchemaVersion}")
                : Text(metadata, "Vendor").Length == 0 ? Bad(name, path, "plugin metadata does not define a vendor")
                : new CliPlugin(name, path, Text(metadata, nameof(ShortDescription)), (metadata[nameof(Hidden)] as JsonValue)?.GetValueKind() == JsonValueKind.True, null);
        }
        catch (JsonException e)
        {
            return Bad(name, path, e.Message);
        }
    }

    private static string Text(JsonObject metadata, string name) => metadata[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : "";

    private static CliPlugin Bad(string name, string path, string problem) => new(name, path, "", Hidden: false, problem);
}
