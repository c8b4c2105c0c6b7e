using System.Text.Json;
using Gantry.Runtime;

namespace Gantry.Daemon.Hosting.Configuration;

/// <summary>Reads the OCI runtimes of <c>runtimes</c> and <c>--add-runtime</c>.</summary>
internal static class RuntimeReader
{
    private const string RuncShim = "io.containerd.runc.v2";

    /// <summary>One text each: <c>NAME={...}</c>.</summary>
    public static IEnumerable<string> Split(JsonElement json) => json.EnumerateObject().Select(runtime => $"{runtime.Name}={runtime.Value.GetRawText()}");

    /// <param name="text"><c>NAME=PATH</c>, or <c>NAME={"path": "...", "runtimeArgs": [...]}</c>, or <c>NAME={"runtimeType": "io.containerd.runc.v2", "options": {"BinaryName": "..."}}</c>.</param>
    /// <exception cref="FormatException">Another shim, or what cannot be served.</exception>
    public static (string Name, RuntimeProgram Program) Read(string text)
    {
        var (name, value) = Directives.Pair(text);
        return (name, value.StartsWith('{') ? Read(name, value) : new RuntimeProgram(value, []));
    }

    private static RuntimeProgram Read(string name, string json)
    {
        using var document = JsonDocument.Parse(json);
        string? path = null, type = null;
        string[] arguments = [];
        JsonElement? options = null;
        foreach (var member in document.RootElement.EnumerateObject())
        {
            switch (member.Name)
            {
                case "path":
                    path = member.Value.GetString();
                    break;
                case "runtimeArgs":
                    arguments = [.. member.Value.EnumerateArray().Select(argument => argument.GetString() ?? "")];
                    break;
                case "runtimeType":
                    type = member.Value.GetString();
                    break;
                case "options":
                    options = member.Value;
                    break;
                default:
                    throw new FormatException($"runtime {name}: unknown member {member.Name}");
            }
        }

        // moby's words (daemon/runtime_unix.go).
        return (path, type) switch
        {
            ({ Length: > 0 }, { Length: > 0 }) => throw new FormatException($"runtime {name}: cannot configure both path and runtimeType for the same runtime"),
            ({ Length: > 0 }, _) when options is not null => throw new FormatException($"runtime {name}: options cannot be used with a path runtime"),
            ({ Length: > 0 }, _) => new RuntimeProgram(path, arguments),
            (_, RuncShim) when arguments.Length > 0 => throw new FormatException($"runtime {name}: args cannot be used with a runtimeType runtime"),
            (_, RuncShim) => new RuntimeProgram(BinaryName(name, options), []),
            (_, { Length: > 0 }) => throw new FormatException($"runtime {name}: the shim {type} is not served here, only {RuncShim} or a path"),
            _ => throw new FormatException($"runtime {name}: either a runtimeType or a path must be configured"),
        };
    }

    // Of the shim's options, those that mean something without the shim.
    private static string BinaryName(string name, JsonElement? options)
    {
        var binary = "runc";
        foreach (var option in options?.EnumerateObject() ?? [])
        {
            binary = option switch
            {
                { Name: "BinaryName", Value.ValueKind: JsonValueKind.String } => option.Value.GetString()!,
                { Name: "SystemdCgroup", Value.ValueKind: JsonValueKind.False } => binary,
                _ => throw new FormatException($"runtime {name}: the option {option.Name}={option.Value.GetRawText()} is not served here"),
            };
        }

        return binary;
    }
}
