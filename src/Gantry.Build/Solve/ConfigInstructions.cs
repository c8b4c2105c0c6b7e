using System.Globalization;
using Gantry.Build.Dockerfiles;

namespace Gantry.Build.Solve;

/// <summary>The instructions that change the configuration only, each with the history entry BuildKit writes for it.</summary>
internal sealed class ConfigInstructions(char escape, BuildArguments arguments, DateTimeOffset? epoch)
{
    /// <summary>Variables of a state filled in.</summary>
    public string Expand(StageState state, string word) => new WordExpander(escape).Expand(word, state.Variable);

    /// <exception cref="DockerfileException">In Docker's words.</exception>
    public StageState Apply(StageState state, Instruction instruction) => instruction switch
    {
        EnvInstruction env => Env(state, env),
        LabelInstruction label => Label(state, label),
        ArgInstruction argument => Arg(state, argument),
        UserInstruction user => User(state, Expand(state, user.User)),
        ExposeInstruction expose => Expose(state, expose),
        VolumeInstruction volume => Volume(state, [.. volume.Paths.Select(path => Expand(state, path))]),
        CmdInstruction cmd => Cmd(state, Args(state, cmd.Command)),
        EntrypointInstruction entrypoint => Entrypoint(state, Args(state, entrypoint.Command)),
        HealthcheckInstruction check => Commit(state.With(state.Config with { Healthcheck = check.Healthcheck }), $"HEALTHCHECK {GoText.Quote(check.Healthcheck)}"),
        ShellInstruction shell => Commit(state.With(state.Config with { Shell = shell.Shell }), $"SHELL {GoText.Plain(shell.Shell)}"),
        StopSignalInstruction signal => StopSignal(state, Expand(state, signal.Signal)),
        OnBuildInstruction onBuild => state.With(state.Config with { OnBuild = [.. state.Config.OnBuild, onBuild.Expression] }),
        MaintainerInstruction maintainer => Commit(state with { Image = state.Image with { Author = maintainer.Maintainer } }, $"MAINTAINER {maintainer.Maintainer}"),
        _ => throw new InvalidOperationException($"{instruction.GetType().Name} makes a layer"),
    };

    /// <summary>The words of a command: the shell form goes to the SHELL in force.</summary>
    public static IReadOnlyList<string> Args(StageState state, CommandLine command) =>
        command.IsShell ? [.. state.Config.Shell ?? ["/bin/sh", "-c"], string.Join(' ', command.Words)] : command.Words;

    private StageState Commit(StageState state, string createdBy) => state.Commit(createdBy, epoch, withLayer: false);

    private StageState Env(StageState state, EnvInstruction env)
    {
        // All values see the environment as it was before the instruction.
        List<KeyValuePair<string, string>> pairs = [.. env.Pairs.Select(pair => KeyValuePair.Create(Expand(state, pair.Key), Expand(state, pair.Value)))];
        return Commit(pairs.Aggregate(state, (current, pair) => current.WithEnv(pair.Key, pair.Value)), "ENV " + string.Join(' ', pairs.Select(pair => $"{pair.Key}={pair.Value}")));
    }

    private StageState Label(StageState state, LabelInstruction label)
    {
        List<KeyValuePair<string, string>> pairs = [.. label.Pairs.Select(pair => KeyValuePair.Create(Expand(state, pair.Key), Expand(state, pair.Value)))];
        var labels = new Dictionary<string, string>(state.Config.Labels);
        foreach (var (key, value) in pairs)
        {
            labels[key] = value;
        }

        return Commit(state.With(state.Config with { Labels = labels }), "LABEL " + string.Join(' ', pairs.Select(pair => $"{pair.Key}={pair.Value}")));
    }

    private StageState Arg(StageState state, ArgInstruction argument)
    {
        List<string> shown = [];
        foreach (var (name, written) in argument.Arguments)
        {
            var value = arguments.Given(name) ?? (written is null ? arguments.Global(name) : Expand(state, written));
            state = (value is null ? state : state.WithVariable(name, value)) with { Arguments = [.. state.Arguments, new(name, value)] };
            shown.Add(value is null ? name : $"{name}={value}");
        }

        return Commit(state, "ARG " + string.Join(' ', shown));
    }

    private StageState User(StageState state, string user) => Commit(state.With(state.Config with { User = user }), $"USER {user}");

    private StageState Expose(StageState state, ExposeInstruction expose)
    {
        var expander = new WordExpander(escape);
        List<string> ports = [.. expose.Ports.SelectMany(port => expander.ExpandWords(port, state.Variable)).SelectMany(Ports)];
        return Commit(state.With(state.Config with { ExposedPorts = Union(state.Config.ExposedPorts, ports) }), $"EXPOSE {GoText.Plain(ports)}");
    }

    private StageState Volume(StageState state, IReadOnlyList<string> paths) =>
        paths.Contains("") ? throw new DockerfileException("VOLUME specified can not be an empty string")
        : Commit(state.With(state.Config with { Volumes = Union(state.Config.Volumes, paths) }), $"VOLUME {GoText.Plain(paths)}");

    private StageState Cmd(StageState state, IReadOnlyList<string> words) =>
        Commit(state.With(state.Config with { Cmd = words, ArgsEscaped = true }) with { HasOwnCmd = true }, $"CMD {GoText.Quote(words)}");

    private StageState Entrypoint(StageState state, IReadOnlyList<string> words) =>
        Commit(state.With(state.Config with { Entrypoint = words.Count == 0 ? null : words, Cmd = state.HasOwnCmd ? state.Config.Cmd : null }), $"ENTRYPOINT {GoText.Quote(words)}");

    private StageState StopSignal(StageState state, string signal) =>
        Signals.IsKnown(signal) ? Commit(state.With(state.Config with { StopSignal = signal }), $"STOPSIGNAL {signal}") : throw new DockerfileException($"invalid signal: {signal}");

    private static IReadOnlyList<string> Union(IReadOnlyList<string> existing, IReadOnlyList<string> added) => [.. existing.Union(added).Order(StringComparer.Ordinal)];

    // "[ip:][host:]port[-port][/proto]": only the container's side matters.
    private static IEnumerable<string> Ports(string specification)
    {
        var container = specification[(specification.LastIndexOf(':') + 1)..];
        var slash = container.IndexOf('/');
        var (range, protocol) = slash < 0 ? (container, "tcp") : (container[..slash], container[(slash + 1)..].ToLowerInvariant());
        if (range.Length == 0)
        {
            throw new DockerfileException($"no port specified: {container}<empty>");
        }

        if (protocol is not ("tcp" or "udp" or "sctp" or ""))
        {
            throw new DockerfileException($"invalid proto: {protocol}");
        }

        var ends = range.Split('-').Select(end => ushort.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out var port) ? port : (int?)null).ToArray();
        return ends.Length <= 2 && ends[0] is { } first && ends[^1] is { } last && last >= first
            ? Enumerable.Range(first, last - first + 1).Select(port => $"{port}/{(protocol.Length == 0 ? "tcp" : protocol)}")
            : throw new DockerfileException($"invalid containerPort: {range}");
    }
}
