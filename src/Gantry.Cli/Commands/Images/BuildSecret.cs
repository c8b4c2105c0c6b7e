using System.Text;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Commands.Running;

namespace Gantry.Cli.Commands.Images;

/// <summary>The grammar of <c>--secret id=token,src=path</c>, <c>id=token,env=NAME</c> and <c>id=NAME</c>.</summary>
internal static class BuildSecret
{
    public static (string Id, byte[] Bytes) Read(string text)
    {
        var fields = KeyValues.Parse(Csv.Split(text));
        if (!fields.TryGetValue("id", out var id) || id.Length == 0)
        {
            throw new ExitException(1, $"ERROR: secret missing \"id\": {text}");
        }

        var path = fields.GetValueOrDefault("src") ?? fields.GetValueOrDefault("source");
        var variable = fields.GetValueOrDefault("env");
        var type = fields.GetValueOrDefault("type");
        if (type == "env")
        {
            (variable, path) = (variable ?? path ?? id, null);
        }

        // Without a source, an environment variable of the id's name wins over a file of that name.
        if (path is null && variable is null)
        {
            var isVariable = Environment.GetEnvironmentVariable(id) is not null;
            variable = isVariable ? id : null;
            path = isVariable ? null : id;
        }

        if (variable is not null)
        {
            return (id, Encoding.UTF8.GetBytes(Environment.GetEnvironmentVariable(variable) ?? ""));
        }

        try
        {
            return (id, File.ReadAllBytes(path!));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ExitException(1, $"ERROR: failed to stat {path}: {e.Message}");
        }
    }
}
