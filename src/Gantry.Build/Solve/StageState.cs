using Gantry.Core;
using Gantry.Images;

namespace Gantry.Build.Solve;

/// <summary>What a stage is after the instructions so far. Immutable: stages built on it go on from here.</summary>
internal sealed record StageState
{
    public const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public required ImageConfig Image { get; init; }

    public IReadOnlyList<ImageLayer> Layers { get; init; } = [];

    /// <summary>Variables in scope for expansion and RUN: the configuration's and the declared arguments', in order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Variables { get; init; } = [];

    /// <summary>Arguments in scope, as the history shows them.</summary>
    public IReadOnlyList<KeyValuePair<string, string?>> Arguments { get; init; } = [];

    /// <summary>Whether CMD was set in this Dockerfile: ENTRYPOINT drops an inherited one only.</summary>
    public bool HasOwnCmd { get; init; }

    public ProcessDefaults Config => Image.Config;

    public IReadOnlyList<Digest> DiffIds => [.. Layers.Select(layer => layer.DiffId)];

    public string WorkingDirectory => Config.WorkingDir is { Length: > 0 } directory ? directory : "/";

    public string? Variable(string name) => Variables.Where(variable => variable.Key == name).Select(variable => variable.Value).FirstOrDefault();

    public StageState WithVariable(string name, string value) => this with { Variables = Replace(Variables, name, value) };

    public StageState WithEnv(string name, string value) => WithVariable(name, value) with
    {
        Image = Image with
        {
            Config = Config with
            {
                Env = [.. Replace([.. Config.Env.Select(Split)], name, value).Select(pair => $"{pair.Key}={pair.Value}")],
            },
        },
    };

    public StageState With(ProcessDefaults config) => this with { Image = Image with { Config = config } };

    /// <summary>Adds a history entry, and a layer when there is one.</summary>
    public StageState Commit(string createdBy, DateTimeOffset? created, bool withLayer, ImageLayer? layer = null) => this with
    {
        Layers = layer is null ? Layers : [.. Layers, layer],
        Image = Image with
        {
            History = [.. Image.History, new HistoryEntry(created, createdBy, "buildkit.dockerfile.v0", !withLayer || layer is null)],
        },
    };

    public static KeyValuePair<string, string> Split(string variable) => variable.Split('=', 2) switch
    {
        [var name, var value] => new(name, value),
        _ => new(variable, ""),
    };

    private static List<KeyValuePair<string, string>> Replace(IReadOnlyList<KeyValuePair<string, string>> pairs, string name, string value)
    {
        List<KeyValuePair<string, string>> replaced = [.. pairs];
        var index = replaced.FindIndex(pair => pair.Key == name);
        if (index >= 0)
        {
            replaced[index] = new(name, value);
        }
        else
        {
            replaced.Add(new(name, value));
        }

        return replaced;
    }
}
