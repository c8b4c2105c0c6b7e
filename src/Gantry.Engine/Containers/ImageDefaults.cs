using Gantry.Core;
using Gantry.Images;

namespace Gantry.Engine.Containers;

/// <summary>What a request leaves open is taken from the image, by Docker's rules.</summary>
internal static class ImageDefaults
{
    public static ContainerSettings Apply(ContainerSettings asked, ProcessDefaults image)
    {
        var entrypoint = asked.Entrypoint is { Count: > 0 } given ? given : asked.Entrypoint is null ? image.Entrypoint : null;
        var command = asked.Cmd is { Count: > 0 } ? asked.Cmd : asked.Entrypoint is null ? image.Cmd : asked.Cmd;
        return asked with
        {
            User = asked.User.Length > 0 ? asked.User : image.User ?? "",
            Env = [.. asked.Env, .. image.Env.Where(entry => !Defines(asked.Env, Key(entry)))],
            Entrypoint = entrypoint is [""] ? null : entrypoint,
            Cmd = command,
            WorkingDir = asked.WorkingDir.Length > 0 ? asked.WorkingDir : image.WorkingDir ?? "",
            Volumes = [.. asked.Volumes.Union(image.Volumes)],
            ExposedPorts = [.. asked.ExposedPorts.Union(image.ExposedPorts)],
            Labels = image.Labels.Concat(asked.Labels).GroupBy(pair => pair.Key).ToDictionary(pairs => pairs.Key, pairs => pairs.Last().Value),
            StopSignal = asked.StopSignal is { Length: > 0 } ? asked.StopSignal : image.StopSignal,
            Healthcheck = Merge(asked.Healthcheck, image.Healthcheck),
            Shell = asked.Shell ?? image.Shell,
        };
    }

    /// <summary>Program and arguments.</summary>
    /// <exception cref="GantryException">InvalidArgument, <c>no command specified</c>.</exception>
    public static IReadOnlyList<string> Args(ContainerSettings settings)
    {
        string[] args = [.. settings.Entrypoint ?? [], .. settings.Cmd ?? []];
        return args.Length > 0 ? args : throw GantryException.Invalid("no command specified");
    }

    private static Healthcheck? Merge(Healthcheck? asked, Healthcheck? image) => (asked, image) switch
    {
        (null, _) => image,
        (_, null) => asked,
        _ => asked with
        {
            Test = asked.Test.Count > 0 ? asked.Test : image.Test,
            Interval = asked.Interval != default ? asked.Interval : image.Interval,
            Timeout = asked.Timeout != default ? asked.Timeout : image.Timeout,
            StartPeriod = asked.StartPeriod != default ? asked.StartPeriod : image.StartPeriod,
            StartInterval = asked.StartInterval != default ? asked.StartInterval : image.StartInterval,
            Retries = asked.Retries != 0 ? asked.Retries : image.Retries,
        },
    };

    private static string Key(string entry) => entry.Split('=', 2)[0];

    private static bool Defines(IReadOnlyList<string> env, string key) => env.Any(entry => Key(entry) == key);
}
