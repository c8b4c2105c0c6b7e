using System.Text;
using Gantry.Build.Cache;
using Gantry.Build.Dockerfiles;
using Gantry.Build.Files;
using Gantry.Core;
using Gantry.Images;

namespace Gantry.Build.Solve;

/// <summary>RUN: its command line, mounts and environment, and the execution in a mounted snapshot.</summary>
internal sealed class RunStep
{
    private const string ScriptDirectory = "/dev/pipes/";

    private readonly BuildScope scope;
    private readonly StageState state;
    private readonly RunInstruction instruction;
    private readonly BuildArguments arguments;
    private readonly Func<string?, (Source Source, IReadOnlyList<ImageLayer> Layers)> sourceOf;
    private readonly IReadOnlyList<RunMount> mounts;
    private readonly IReadOnlyList<string> args;
    private readonly (string Text, string Target)? script;
    private readonly string networkMode;

    /// <param name="sourceOf">Finds what a mount's <c>from</c> names; the context for null.</param>
    /// <exception cref="DockerfileException">For mounts that make no sense.</exception>
    public RunStep(
        BuildScope scope, RunInstruction instruction, StageState state, BuildArguments arguments, Func<string?, (Source Source, IReadOnlyList<ImageLayer> Layers)> sourceOf, char escape)
    {
        (this.scope, this.instruction, this.state, this.arguments, this.sourceOf) = (scope, instruction, state, arguments, sourceOf);
        var expander = new WordExpander(escape);
        mounts = [.. instruction.Mounts.Select(mount => RunMount.Parse(mount, word => expander.Expand(word, state.Variable)))];
        foreach (var mount in mounts.Where(mount => mount.Type is "bind" or "cache" or "tmpfs" && SlashPath.Absolute(state.WorkingDirectory, mount.Target) == "/"))
        {
            throw new DockerfileException($"invalid mount target {GoText.Quote("/")}");
        }

        networkMode = instruction.Network is null or "default" ? scope.Request.NetworkMode : instruction.Network;
        (args, script) = CommandLine();
    }

    /// <summary>As the history shows it: the arguments in scope, then the command.</summary>
    public string CreatedBy
    {
        get
        {
            // An argument declared twice is shown once, where it was first.
            List<string> names = [.. state.Arguments.Select(argument => argument.Key).Distinct()];
            IEnumerable<string> shown = names.Select(name => $"{name}={state.Variable(name) ?? ""}");
            return $"RUN {string.Join(' ', names.Count > 0 ? [$"|{names.Count}", .. shown, .. args] : args)} # buildkit";
        }
    }

    private IEnumerable<string> Environment => state.Variables.Select(variable => $"{variable.Key}={variable.Value}");

    /// <summary>The key of the step. Secrets, cache mounts, proxies and the host's certificates are no part of it.</summary>
    public async Task<Digest> KeyAsync(CancellationToken cancellationToken)
    {
        using var key = new StepKey("run", state.DiffIds);
        key.Add(args).Add(Environment).Add(state.WorkingDirectory).Add(state.Config.User).Add(networkMode).Add(scope.Request.ExtraHosts).Add(script?.Text);
        foreach (var mount in mounts.Where(mount => mount.Type is "bind" or "tmpfs"))
        {
            key.Add(mount.Type).Add(mount.Target).Add(mount.ReadOnly ? "ro" : "rw");
            if (mount.Type == "bind")
            {
                key.Add((await ContentAsync(mount, cancellationToken).ConfigureAwait(false)).Hex);
            }
        }

        return key.Finish();
    }

    /// <exception cref="GantryException">Internal, "The command '/bin/sh -c exit 3' returned a non-zero code: 3".</exception>
    public async Task ExecuteAsync(Snapshot snapshot, StepOutputTaker output, CancellationToken cancellationToken)
    {
        if (instruction.Security == "insecure")
        {
            throw new GantryException(ErrorKind.Forbidden, "granting entitlement security.insecure is not allowed by build daemon configuration");
        }

        using var prepared = new StepMounts(scope, state, sourceOf);
        foreach (var mount in mounts)
        {
            await prepared.AddAsync(mount, cancellationToken).ConfigureAwait(false);
        }

        if (script is { } file)
        {
            prepared.AddScript(file.Text, file.Target);
        }

        var code = await scope.Services.Executor.RunAsync(new ExecStep
        {
            RootDirectory = snapshot.MergedDirectory,
            Args = args,
            Env = [.. Environment, .. arguments.ProxyEnvironment, .. prepared.Environment],
            WorkingDirectory = state.WorkingDirectory,
            User = state.Config.User ?? "",
            Mounts = prepared.Mounts,
            NetworkMode = networkMode,
            ExtraHosts = scope.Request.ExtraHosts,
            ShmSize = scope.Request.ShmSize,
            TrustHostCertificates = scope.Request.TrustHostCertificates,
        }, output, cancellationToken).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (code != 0)
        {
            throw new GantryException(ErrorKind.Internal, $"The command '{string.Join(' ', args)}' returned a non-zero code: {code}") { ExitCode = code };
        }
    }

    private async Task<Digest> ContentAsync(RunMount mount, CancellationToken cancellationToken)
    {
        var (source, layers) = sourceOf(mount.From);
        var isContent = source is Source.OfStage or Source.OfImage;
        using var selector = new StepKey("mount", layers.Select(layer => layer.DiffId));
        var remembered = selector.Add(mount.Source).Finish();
        if (isContent && scope.Services.Cache.FindSelection(remembered) is { } known)
        {
            return known;
        }

        var tree = await scope.TreeAsync(source, layers, cancellationToken).ConfigureAwait(false);
        var node = tree.Find(mount.Source, followLast: true) ?? throw Selection.NotFound(mount.Source);
        using var digest = new TreeDigest(scope.Services.Hashes, keepOwner: isContent);
        digest.Add(new Selection(tree, null), new Selected(node.Path, node.RawName.ToArray(), node), cancellationToken);
        var result = digest.Finish();
        if (isContent)
        {
            scope.Services.Cache.PutSelection(remembered, result);
        }

        return result;
    }

    // A here-document that is the whole command is the script itself; others are left to the shell, put together again.
    private (IReadOnlyList<string> Args, (string Text, string Target)? Script) CommandLine()
    {
        var command = instruction.Command;
        if (command is not { IsShell: true, Words: [var word], Heredocs: [var first, ..] })
        {
            return (ConfigInstructions.Args(state, command), null);
        }

        if (Heredoc.TryParse(word) is null)
        {
            var text = new StringBuilder(word);
            foreach (var heredoc in command.Heredocs)
            {
                text.Append('\n').Append(heredoc.Content).Append(heredoc.Name);
            }

            return (ConfigInstructions.Args(state, command with { Words = [text.ToString()] }), null);
        }

        var target = ScriptDirectory + SlashPath.Name(first.Name);
        return first.Text.StartsWith("#!", StringComparison.Ordinal)
            ? (ConfigInstructions.Args(state, command with { Words = [target] }), (first.Text, target))
            : (ConfigInstructions.Args(state, command with { Words = [first.Text] }), null);
    }
}
