using Gantry.Client.Tests;

namespace Gantry.Cli.Tests;

/// <summary>Completion as bash asks for it: the script is loaded into a real bash, which completes over a daemon that has known objects.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("gantry net", "network")]
    [InlineData("gantry network ", "connect create disconnect inspect ls prune rm")]
    [InlineData("gantry stop ", "db web")]
    [InlineData("gantry stop w", "web")]
    [InlineData("gantry stop web ", "db")]
    [InlineData("gantry logs web ", "")]
    [InlineData("gantry rmi ng", "nginx:1.27 nginx:dev")]
    [InlineData("gantry rmi nginx:1", "1.27")]
    [InlineData("gantry run --network a", "app10 app2")]
    [InlineData("gantry run --network=bri", "bridge")]
    [InlineData("gantry run --restart o", "on-failure")]
    [InlineData("gantry run --rest", "--restart")]
    [InlineData("gantry run -it --rm ngin", "nginx:1.27 nginx:dev")]
    [InlineData("gantry volume rm d", "data")]
    [InlineData("gantry -D -l debug volume rm ", "cache data")]
    [InlineData("gantry run nginx --", "")]
    [InlineData("gantry nope ", "")]
    [InlineData("gantry cp /etc/hostn", "/etc/hostname")]
    [InlineData("gantry completion z", "zsh")]
    public async Task Bash_completes(string line, string expected)
    {
        await using var daemon = FakeDaemon.Serving(DockerComparisonTests.Answer);
        const string Script = """
            source <(gantry completion bash)
            COMP_LINE=$1 COMP_POINT=${#1}
            split=${1//:/ : }; split=${split//=/ = }
            read -r -a COMP_WORDS <<<"$split"; [[ $1 == *' ' ]] && COMP_WORDS+=('')
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _gantry_complete
            printf '%s\n' "${COMPREPLY[@]}" | sort
            """;

        var result = await GantryProcess.StartAsync("bash", daemon.Address, CommandLineRun.ConfigFolder, "-c", Script, "bash", line);

        Assert.Equal(("", string.Join('\n', expected.Split(' '))), (result.Error.Replace("bash: line 6: compopt: not currently executing completion function\n", ""), result.Out.TrimEnd('\n')));
    }

    [Theory]
    [InlineData("gantry netw", "network")]
    [InlineData("gantry network ", "connect create disconnect inspect ls prune rm")]
    [InlineData("gantry stop ", "db web")]
    [InlineData("gantry rmi nginx:1", "nginx:1.27")]
    [InlineData("gantry run --rest", "--restart")]
    [InlineData("gantry -D volume rm ", "cache data")]
    [InlineData("gantry cp /etc/hostn", "/etc/hostname")]
    public async Task Fish_completes(string line, string expected)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/fish"), "fish is not installed");
        await using var daemon = FakeDaemon.Serving(DockerComparisonTests.Answer);

        var result = await GantryProcess.StartAsync("fish", daemon.Address, CommandLineRun.ConfigFolder, "--no-config", "-c", "gantry completion fish | source; complete -C $argv[1]", line);

        var candidates = result.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(candidate => candidate.Split('\t')[0]).Order(StringComparer.Ordinal);
        Assert.Equal(expected, string.Join(' ', candidates));
    }

    [Theory]
    [InlineData("gantry netw", "<gantry network >")]
    [InlineData("gantry network conn", "<gantry network connect >")]
    [InlineData("gantry stop w", "<gantry stop web >")]
    [InlineData("gantry rmi nginx:1", "<gantry rmi nginx:1.27 >")]
    [InlineData("gantry run --network app1", "<gantry run --network app10 >")]
    [InlineData("gantry -D volume rm d", "<gantry -D volume rm data >")]
    [InlineData("gantry cp /etc/hostn", "<gantry cp /etc/hostname >")]
    [InlineData("gantry stop zz", "<gantry stop zz>")]
    public async Task Zsh_completes(string line, string expected)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/zsh"), "zsh is not installed");
        await using var daemon = FakeDaemon.Serving(DockerComparisonTests.Answer);

        // A shell at a terminal of its own: Tab completes the line, Ctrl-X shows what has become of it.
        const string Script = """
            zmodload zsh/zpty
            zpty shell zsh -f -i
            zpty -w shell "PS1=; autoload -Uz compinit; compinit -D -u; source <(gantry completion zsh); show() { print -r -- \"<\$BUFFER>END\" }; zle -N show; bindkey '^X' show; print REA''DY"
            zpty -r shell text '*READY*'
            zpty -w -n shell "$1"$'\t\x18'
            zpty -r shell text '*>END*'
            print -r -- "$text"
            zpty -d shell
            """;
        var result = await GantryProcess.StartAsync("zsh", daemon.Address, CommandLineRun.ConfigFolder, "-f", "-c", Script, "zsh", line);

        Assert.Contains(expected + "END", result.Out);
    }

    [Fact]
    public async Task Answers_have_cobras_form()
    {
        await using var daemon = FakeDaemon.Serving(DockerComparisonTests.Answer);

        var result = await CommandLineRun.GantryAsync(daemon.Address, ["__complete", "image", "l"]);

        Assert.Equal("load\tLoad an image from a tar archive or STDIN\nls\tList images\n:4\n", result.Out);
    }

    [Theory]
    [InlineData("bash", "complete -F _docker_complete docker")]
    [InlineData("zsh", "compdef _docker docker")]
    [InlineData("fish", "complete -c docker")]
    public async Task Each_shell_has_its_script(string shell, string line) =>
        Assert.Contains(line, (await CommandLineRun.GantryAsync("unix:///nonexistent", ["completion", shell])).Out);
}
