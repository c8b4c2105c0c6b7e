using System.Text.Json;

namespace Gantry.Daemon.Hosting.Configuration;

/// <summary>How a directive's value is written: in the file as JSON, on the command line as text.</summary>
internal enum DirectiveShape
{
    Switch,
    Number,
    Text,

    /// <summary>A JSON array of strings; the flag is repeated.</summary>
    List,

    /// <summary>A JSON object of strings; the flag is repeated as <c>KEY=VALUE</c>.</summary>
    Map,

    /// <summary>JSON of a form of its own, which <see cref="Directive.Read"/> turns into the flag's texts.</summary>
    Structure,
}

/// <summary>One setting of the daemon: a key of the configuration file, a flag, or both.</summary>
/// <param name="Key">In the file; also its name in messages.</param>
/// <param name="Apply">Takes one value, as the flag has it; called once per value of a list. Throws <see cref="FormatException"/>.</param>
internal sealed record Directive(string Key, DirectiveShape Shape, Func<DaemonOptions, string, DaemonOptions> Apply)
{
    /// <summary>Without dashes; empty where only the file has it.</summary>
    public string Flag { get; init; } = Key;

    public char Short { get; init; }

    public bool InFile { get; init; } = true;

    /// <summary>Help's word for the value and text; null is not listed.</summary>
    public (string Type, string Text)? Usage { get; init; }

    public Func<JsonElement, IEnumerable<string>>? Read { get; init; }
}

/// <summary>A configuration that cannot be followed, in dockerd's words.</summary>
internal sealed class ConfigurationException(string message) : Exception(message);
