using Gantry.Cli.CommandLine;
using Gantry.Cli.Commands;
using Gantry.Cli.Extensions;
using Gantry.Core;

namespace Gantry.Cli.Completion;

/// <summary>
/// Answers the shell's question what may come next: <c>gantry __complete run --net a</c> prints a candidate a line, a tab and its
/// description, and last <c>:N</c>, a sum of <see cref="Directive"/>s. The form is cobra's, so docker's own shell scripts work too.
/// </summary>
internal sealed class CompletionRequest(CommandContext context, OptionTable global, Lazy<CliPlugins> plugins)
{
    private const string Described = "__complete";
    private const string Plain = "__completeNoDesc";

    public static bool Is(string word) => word is Described or Plain;

    public async Task<int> AnswerAsync(IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var answer = await FindAsync([.. words.Skip(1)], cancellationToken).ConfigureAwait(false);
        var typed = words.Count > 1 ? words[^1] : "";
        var prefix = typed.StartsWith("--", StringComparison.Ordinal) && typed.Contains('=') ? typed[(typed.IndexOf('=') + 1)..] : typed;
        foreach (var (text, description) in answer.Candidates.Where(c => c.Text.StartsWith(prefix, StringComparison.Ordinal)))
        {
            context.Out.WriteLine(words[0] == Described && description.Length > 0 ? $"{text}\t{description}" : text);
        }

        context.Out.WriteLine($":{(int)answer.Directive}");
        return 0;
    }

    private async Task<Answer> FindAsync(IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        var current = words.Count > 0 ? words[^1] : "";
        var earlier = words.Take(Math.Max(0, words.Count - 1)).ToList();
        var commandAt = CommandAt(earlier);
        if (commandAt < 0)
        {
            return FlagValue(global, earlier is [.., var before] ? before : null, current) is { } option ? await ValueAsync(option, cancellationToken).ConfigureAwait(false)
                : current.StartsWith('-') ? new Answer(Flags(global)) : new Answer(TopLevel());
        }

        if (CommandCatalog.Resolve(earlier[commandAt..]) is not { } found)
        {
            return Answer.Nothing;
        }

        if (found.Create is null)
        {
            return found.Rest.Count > 0 ? Answer.Nothing
                : new Answer([.. found.Group!.Groups.Select(g => new Candidate(g.Name, g.Summary)), .. found.Group.Commands.Select(c => new Candidate(c.Names[0], c.Create().Summary))]);
        }

        var command = found.Create();
        if (found.Path == "completion" && found.Rest.Count == 0)
        {
            return new Answer([.. CompletionCommand.Shells.Select(shell => new Candidate(shell))]);
        }

        if (FlagValue(command.Options, found.Rest is [.., var last] ? last : null, current) is { } flag)
        {
            return await ValueAsync(flag, cancellationToken).ConfigureAwait(false);
        }

        return current.StartsWith('-') && !(command.Options is { Interspersed: false } && Arguments(command, found.Rest).Count > 0)
            ? new Answer(Flags(command.Options))
            : await ArgumentAsync(command, found.Path, Arguments(command, found.Rest), cancellationToken).ConfigureAwait(false);
    }

    // Where the options before the command end; negative while still among them.
    private int CommandAt(IReadOnlyList<string> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (!words[i].StartsWith('-'))
            {
                return i;
            }

            i += FlagValue(global, words[i], "") is null ? 0 : 1;
        }

        return -1;
    }

    // The option whose value is being typed: "--name VALUE", "--name=VALUE" or "-n VALUE".
    private static Option? FlagValue(OptionTable options, string? before, string current)
    {
        if (current.StartsWith("--", StringComparison.Ordinal) && current.Contains('='))
        {
            return options.Find(current[2..current.IndexOf('=')]);
        }

        var option = before switch
        {
            ['-', '-', .. var name] when !name.Contains('=') => options.Find(name),
            ['-', .. var letters] when letters.Length > 0 && letters[0] != '-' => options.Find(letters[^1]),
            _ => null,
        };
        return option is { IsSwitch: false } ? option : null;
    }

    private static IReadOnlyList<string> Arguments(Command command, IReadOnlyList<string> words)
    {
        try
        {
            return OptionParser.Parse(command.Options, words);
        }
        catch (Exception e) when (e is UsageException or HelpRequestedException)
        {
            return [];
        }
    }

    private Candidate[] TopLevel() =>
    [
        .. CommandCatalog.Groups.Select(g => new Candidate(g.Name, g.Summary)),
        .. CommandCatalog.Common.Concat(CommandCatalog.Others).Select(c => new Candidate(c.Name, c.Create().Summary)),
        .. plugins.Value.List().Where(p => p is { Hidden: false, Problem: null }).Select(p => new Candidate(p.Name, p.ShortDescription)),
        new Candidate("completion", "Generate the autocompletion script for the specified shell"),
    ];

    private static Candidate[] Flags(OptionTable options) =>
        [.. options.Listed.Select(o => new Candidate("--" + o.Name, o.Usage.Split('\n')[0])), new Candidate("--help", "Print usage")];

    private async Task<Answer> ValueAsync(Option option, CancellationToken cancellationToken) =>
        CompletionSources.OfFlag(option.Name) is { } source ? await AskAsync(source, cancellationToken).ConfigureAwait(false)
        : CompletionSources.Words(option.Name) is { } words ? new Answer([.. words.Select(w => new Candidate(w))])
        : CompletionSources.IsFile(option.Name) ? Answer.Files : Answer.Nothing;

    private async Task<Answer> ArgumentAsync(Command command, string path, IReadOnlyList<string> given, CancellationToken cancellationToken) =>
        CompletionSources.OfArgument(command, path, given.Count) switch
        {
            null => Answer.Nothing,
            CompletionSource.Files => Answer.Files,
            { } source => await AskAsync(source, cancellationToken).ConfigureAwait(false) is var answer
                ? answer with { Candidates = [.. answer.Candidates.Where(c => !given.Contains(c.Text))] } : answer,
        };

    // A shell is waiting: what cannot be asked is nothing to choose from.
    private async Task<Answer> AskAsync(CompletionSource source, CancellationToken cancellationToken)
    {
        try
        {
            return new Answer(await CompletionSources.AskAsync(context.Client, source, cancellationToken).ConfigureAwait(false));
        }
        catch (GantryException)
        {
            return Answer.Nothing;
        }
    }
}

/// <summary>What the shell is told besides the candidates (cobra's ShellCompDirective).</summary>
[Flags]
internal enum Directive
{
    /// <summary>The shell offers files when nothing else fits.</summary>
    Default = 0,
    NoFiles = 4,
}

internal sealed record Candidate(string Text, string Description = "");

internal sealed record Answer(IReadOnlyList<Candidate> Candidates, Directive Directive = Directive.NoFiles)
{
    public static Answer Nothing { get; } = new([]);

    public static Answer Files { get; } = new([], Directive.Default);
}
