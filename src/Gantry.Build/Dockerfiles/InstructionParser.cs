using System.Globalization;
using System.Text.RegularExpressions;
using Gantry.Core;
using Gantry.Images;

namespace Gantry.Build.Dockerfiles;

/// <summary>One instruction's line to its record.</summary>
internal sealed partial class InstructionParser(char escape)
{
    private static readonly string[] Names =
    [
        "ADD", "ARG", "CMD", "COPY", "ENTRYPOINT", "ENV", "EXPOSE", "FROM", "HEALTHCHECK", "LABEL", "MAINTAINER", "ONBUILD", "RUN",
        "SHELL", "STOPSIGNAL", "USER", "VOLUME", "WORKDIR",
    ];

    /// <exception cref="DockerfileException">In Docker's words, without the line.</exception>
    public Instruction Parse(InstructionLine line)
    {
        var text = line.Text.Trim();
        var end = text.AsSpan().IndexOfAny("\t\v\f\r ");
        var keyword = end < 0 ? text : text[..end];
        var (flags, rest) = InstructionFlags.Extract(end < 0 ? "" : text[end..], escape);
        rest = rest.TrimEnd();
        Instruction parsed = keyword.ToUpperInvariant() switch
        {
            "FROM" => From(flags, rest),
            "RUN" => Run(flags, rest, line.Heredocs),
            "COPY" => Copy("COPY", flags, rest, line.Heredocs),
            "ADD" => Copy("ADD", flags, rest, line.Heredocs),
            "ENV" => new EnvInstruction(Plain(flags, Words.Pairs(rest, "ENV", escape))),
            "LABEL" => new LabelInstruction(Plain(flags, Words.Pairs(rest, "LABEL", escape))),
            "ARG" => new ArgInstruction(Plain(flags, Arguments(rest))),
            "WORKDIR" => new WorkdirInstruction(Plain(flags, One(rest, "WORKDIR"))),
            "USER" => new UserInstruction(Plain(flags, One(rest, "USER"))),
            "EXPOSE" => new ExposeInstruction(Plain<IReadOnlyList<string>>(flags, [.. Some(Words.Split(rest), "EXPOSE").Order(StringComparer.Ordinal)])),
            "VOLUME" => new VolumeInstruction(Plain(flags, Volumes(rest))),
            "CMD" => new CmdInstruction(Plain(flags, Command(rest, []))),
            "ENTRYPOINT" => new EntrypointInstruction(Plain(flags, Command(rest, []))),
            "HEALTHCHECK" => Check(flags, rest),
            "SHELL" => new ShellInstruction(Plain(flags, Shell(rest))),
            "STOPSIGNAL" => new StopSignalInstruction(Plain(flags, One(rest, "STOPSIGNAL"))),
            "MAINTAINER" => new MaintainerInstruction(Plain(flags, One(rest, "MAINTAINER"))),
            "ONBUILD" => OnBuild(rest, text, line.Heredocs),
            _ => throw new DockerfileException($"unknown instruction: {keyword}{Suggestion.For(keyword, Names)}"),
        };
        return parsed with { Line = line.Line, Text = text };
    }

    private static T Plain<T>(IReadOnlyList<string> flags, T value)
    {
        InstructionFlags.Parse(flags);
        return value;
    }

    private static string One(string rest, string instruction) =>
        rest.Length > 0 ? rest : throw new DockerfileException($"{instruction} requires exactly one argument");

    private static IReadOnlyList<string> Some(IReadOnlyList<string> words, string instruction) =>
        words.Count > 0 ? words : throw new DockerfileException($"{instruction} requires at least one argument");

    private static FromInstruction From(IReadOnlyList<string> words, string rest)
    {
        var flags = InstructionFlags.Parse(words, ("platform", FlagKind.Text));
        return Words.Split(rest) switch
        {
            [var image] => new FromInstruction(image, null, flags.Text("platform")),
            [var image, var keyword, var name] when keyword.Equals("as", StringComparison.OrdinalIgnoreCase) =>
                new FromInstruction(image, StageName().IsMatch(name.ToLowerInvariant()) ? name.ToLowerInvariant()
                    : throw new DockerfileException($"invalid name for build stage: {GoText.Quote(name)}, name can't start with a number or contain symbols"), flags.Text("platform")),
            _ => throw new DockerfileException("FROM requires either one or three arguments"),
        };
    }

    private static RunInstruction Run(IReadOnlyList<string> words, string rest, IReadOnlyList<Heredoc> heredocs)
    {
        var flags = InstructionFlags.Parse(words, ("mount", FlagKind.Texts), ("network", FlagKind.Text), ("security", FlagKind.Text), ("device", FlagKind.Texts));
        var network = flags.Text("network");
        var security = flags.Text("security");
        if (network is not (null or "default" or "none" or "host"))
        {
            throw new DockerfileException($"invalid network mode {GoText.Quote(network)}{Suggestion.For(network, ["default", "none", "host"])}");
        }

        if (security is not (null or "sandbox" or "insecure"))
        {
            throw new DockerfileException($"security {GoText.Quote(security)} is not valid{Suggestion.For(security, ["sandbox", "insecure"])}");
        }

        foreach (var mount in flags.Texts("mount"))
        {
            RunMount.Validate(mount);
        }

        return new RunInstruction(Command(rest, heredocs), flags.Texts("mount"), network, security);
    }

    private static CommandLine Command(string rest, IReadOnlyList<Heredoc> heredocs) =>
        Words.Json(rest) is { } json ? new CommandLine(json, false, heredocs) : new CommandLine(rest.Length == 0 ? [] : [rest], true, heredocs);

    private CopyInstruction Copy(string name, IReadOnlyList<string> words, string rest, IReadOnlyList<Heredoc> heredocs)
    {
        var isAdd = name == "ADD";
        var flags = isAdd
            ? InstructionFlags.Parse(words, ("chown", FlagKind.Text), ("chmod", FlagKind.Text), ("link", FlagKind.Switch), ("keep-git-dir", FlagKind.Switch), ("checksum", FlagKind.Text), ("unpack", FlagKind.Switch), ("exclude", FlagKind.Texts))
            : InstructionFlags.Parse(words, ("chown", FlagKind.Text), ("from", FlagKind.Text), ("chmod", FlagKind.Text), ("link", FlagKind.Switch), ("parents", FlagKind.Switch), ("exclude", FlagKind.Texts));
        var all = Words.Json(rest) ?? Words.Split(rest);
        if (all.Count < 2)
        {
            throw new DockerfileException($"{name} requires at least two arguments, but only one was provided. Destination could not be determined");
        }

        var sources = all.SkipLast(1);
        var destination = all[^1];
        if (Heredoc.TryParse(destination, escape) is not null)
        {
            throw new DockerfileException($"{name} cannot accept a heredoc as a destination");
        }

        var contents = sources.Select(source => Heredoc.TryParse(source, escape)).OfType<Heredoc>().Select(found => heredocs.First(h => h.Name == found.Name));
        return new CopyInstruction(isAdd, [.. sources.Where(source => Heredoc.TryParse(source, escape) is null)], [.. contents], destination)
        {
            From = flags.Text("from"),
            Chown = flags.Text("chown"),
            Chmod = flags.Text("chmod"),
            Link = flags.Switch("link") == true,
            Parents = flags.Switch("parents") == true,
            Exclude = flags.Texts("exclude"),
            Checksum = flags.Text("checksum"),
            Unpack = flags.Switch("unpack"),
        };
    }

    private IReadOnlyList<KeyValuePair<string, string?>> Arguments(string rest) =>
        [.. Some(Words.SplitQuoted(rest, escape), "ARG").Select(word => word.Split('=', 2) switch
        {
            ["", _] => throw new DockerfileException("ARG names can not be blank"),
            [var name, var value] => new KeyValuePair<string, string?>(name, value),
            _ => new KeyValuePair<string, string?>(word, null),
        })];

    private static IReadOnlyList<string> Volumes(string rest) =>
        [.. Some(Words.Json(rest) ?? Words.Split(rest), "VOLUME").Select(path => path.Trim() is { Length: > 0 } trimmed ? trimmed : throw new DockerfileException("VOLUME specified can not be an empty string"))];

    private static IReadOnlyList<string> Shell(string rest) =>
        Words.Json(rest) is { } words ? Some(words, "SHELL")
        : rest.Length == 0 ? throw new DockerfileException("SHELL requires at least one argument")
        : throw new DockerfileException("SHELL requires the arguments to be in JSON form");

    private static HealthcheckInstruction Check(IReadOnlyList<string> words, string rest)
    {
        var blank = rest.AsSpan().IndexOfAny(" \t");
        var kind = (blank < 0 ? rest : rest[..blank]).ToUpperInvariant();
        var arguments = blank < 0 ? "" : rest[blank..].Trim();
        var flags = kind == "NONE" ? InstructionFlags.Parse([])
            : InstructionFlags.Parse(words, ("interval", FlagKind.Text), ("timeout", FlagKind.Text), ("start-period", FlagKind.Text), ("start-interval", FlagKind.Text), ("retries", FlagKind.Text));
        switch (kind)
        {
            case "":
                throw new DockerfileException("HEALTHCHECK requires at least one argument");
            case "NONE" when arguments.Length > 0:
                throw new DockerfileException("HEALTHCHECK NONE takes no arguments");
            case "NONE":
                return new HealthcheckInstruction(new Healthcheck { Test = ["NONE"] });
            case not "CMD":
                throw new DockerfileException($"Unknown type {GoText.Quote(kind)} in HEALTHCHECK (try CMD)");
        }

        var command = Command(arguments, []);
        return command.Words.Count == 0 ? throw new DockerfileException("Missing command after HEALTHCHECK CMD") : new HealthcheckInstruction(new Healthcheck
        {
            Test = [command.IsShell ? "CMD-SHELL" : "CMD", .. command.Words],
            Interval = Duration(flags.Text("interval"), "interval"),
            Timeout = Duration(flags.Text("timeout"), "timeout"),
            StartPeriod = Duration(flags.Text("start-period"), "start-period"),
            StartInterval = Duration(flags.Text("start-interval"), "start-interval"),
            Retries = Retries(flags.Text("retries")),
        });
    }

    private static TimeSpan Duration(string? text, string flag)
    {
        if (string.IsNullOrEmpty(text))
        {
            return TimeSpan.Zero;
        }

        if (!GoDuration.TryParse(text, out var duration))
        {
            throw new DockerfileException($"time: {(text.All(c => char.IsAsciiDigit(c) || c == '.') ? "missing unit in" : "invalid")} duration {GoText.Quote(text)}");
        }

        return duration == TimeSpan.Zero || duration >= TimeSpan.FromMilliseconds(1) ? duration
            : throw new DockerfileException($"Interval {GoText.Quote(flag)} cannot be less than 1ms");
    }

    private static int Retries(string? text) =>
        string.IsNullOrEmpty(text) ? 0
        : !int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var retries) ? throw new DockerfileException($"strconv.ParseInt: parsing {GoText.Quote(text)}: invalid syntax")
        : retries < 0 ? throw new DockerfileException($"--retries cannot be negative ({retries})")
        : retries;

    private static OnBuildInstruction OnBuild(string rest, string text, IReadOnlyList<Heredoc> heredocs)
    {
        if (rest.Length == 0)
        {
            throw new DockerfileException("ONBUILD requires at least one argument");
        }

        var expression = OnBuildPrefix().Replace(text, "");
        switch (Words.Split(expression)[0].ToUpperInvariant())
        {
            case "ONBUILD":
                throw new DockerfileException("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
            case var trigger when trigger is "MAINTAINER" or "FROM":
                throw new DockerfileException($"{trigger} isn't allowed as an ONBUILD trigger");
        }

        return new OnBuildInstruction(expression + string.Concat(heredocs.Select(heredoc => "\n" + heredoc.Content + heredoc.Name)));
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9\-_.]*\z")]
    private static partial Regex StageName();

    [GeneratedRegex(@"\A\s*ONBUILD\s*", RegexOptions.IgnoreCase)]
    private static partial Regex OnBuildPrefix();
}
