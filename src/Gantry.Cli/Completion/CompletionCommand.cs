using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Completion;

/// <summary>Prints the script that teaches a shell to ask <see cref="CompletionRequest"/>.</summary>
internal static class CompletionCommand
{
    // The words up to the cursor go to __complete. Bash cuts words at colons and equals signs, which names of images have:
    // they are joined again, and what the shell already has before the last cut is taken off the candidates.
    private const string Bash = """
        # bash completion for PROGRAM: source <(PROGRAM completion bash)
        _PROGRAM_complete() {
            local line=${COMP_LINE:0:COMP_POINT} word=${COMP_WORDS[COMP_CWORD]} words current cut='' output last directive
            read -r -a words <<<"$line"
            [[ $line == *[[:space:]] ]] && words+=('')
            current=${words[${#words[@]}-1]}
            [[ $word == [:=] ]] && word=''
            [[ $current == *"$word" ]] && cut=${current%"$word"}
            output=$(PROGRAM __completeNoDesc "${words[@]:1}" 2>/dev/null) || return
            last=${output##*$'\n'}
            directive=${last#:}
            COMPREPLY=()
            while IFS= read -r candidate; do
                [[ $candidate == :* || -z $candidate ]] && continue
                [[ $current == --*=* ]] && candidate=${current%%=*}=$candidate
                COMPREPLY+=("${candidate#"$cut"}")
            done <<<"$output"
            if [[ ${#COMPREPLY[@]} -eq 0 && $directive == 0 ]]; then
                compopt -o filenames 2>/dev/null
                mapfile -t COMPREPLY < <(compgen -f -- "$word")
            fi
        }
        complete -F _PROGRAM_complete PROGRAM

        """;

    private const string Zsh = """
        #compdef PROGRAM
        # zsh completion for PROGRAM: source <(PROGRAM completion zsh)
        _PROGRAM() {
            local -a candidates
            local output line directive
            output=$(PROGRAM __complete "${(@)words[2,CURRENT]}" 2>/dev/null) || return
            for line in "${(@f)output}"; do
                if [[ $line == :* ]]; then
                    directive=${line#:}
                elif [[ -n $line ]]; then
                    line=${line//:/\\:}
                    candidates+=("${line/$'\t'/:}")
                fi
            done
            if (( ${#candidates} )); then
                _describe -t PROGRAM 'PROGRAM' candidates
            elif [[ $directive == 0 ]]; then
                _files
            fi
        }
        if [[ ${funcstack[1]} == _PROGRAM ]]; then
            _PROGRAM "$@"
        else
            compdef _PROGRAM PROGRAM
        fi

        """;

    private const string Fish = """
        # fish completion for PROGRAM: PROGRAM completion fish | source
        function __PROGRAM_ask
            set -l words (commandline -opc)
            set -l current (commandline -ct)
            set -l output (PROGRAM __complete $words[2..-1] "$current" 2>/dev/null)
            if test (count $output) -eq 1; and test "$output[1]" = ":0"
                __fish_complete_path "$current"
                return
            end
            for line in $output
                string match -q ':*' -- $line; or echo $line
            end
        end
        complete -c PROGRAM -f -a '(__PROGRAM_ask)'

        """;

    public static IReadOnlyList<string> Shells { get; } = ["bash", "fish", "zsh"];

    public static Command Create() => new()
    {
        Usage = "completion [bash|zsh|fish]",
        Summary = "Generate the autocompletion script for the specified shell",
        Arity = Arity.Exactly(1),
        Action = (context, arguments, _) =>
        {
            var script = arguments[0] switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                "fish" => Fish,
                var other => throw new ExitException(1, $"unknown shell {other}: bash, zsh or fish"),
            };
            context.Out.Write(script.Replace("PROGRAM", context.Program));
            return Task.FromResult(0);
        },
    };
}
