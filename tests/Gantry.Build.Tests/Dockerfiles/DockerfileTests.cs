using Gantry.Build.Dockerfiles;
using Gantry.Core;

namespace Gantry.Build.Tests.Dockerfiles;

public sealed class DockerfileTests
{
    [Fact]
    public void Joins_continuations_and_skips_comments_and_empty_lines_inside()
    {
        var run = Single<RunInstruction>("RUN a \\\n  # comment\n\n  && b \\  \n  && c\n");
        Assert.Equal(["a   && b   && c"], run.Command.Words.Select(w => w));
        Assert.True(run.Command.IsShell);
        Assert.Equal(2, run.Line);
    }

    [Fact]
    public void Warns_of_empty_continuation_lines() =>
        Assert.Equal(2, Assert.Single(Dockerfile.Parse("FROM x\nRUN a \\\n\n b\n").Warnings).Line);

    [Theory]
    [InlineData("# escape=`\nFROM x\nRUN a `\n b\n", "a  b")]
    [InlineData("# syntax=docker/dockerfile:1.7\n# escape=\\\nFROM x\nRUN a \\\n b\n", "a  b")]
    [InlineData("# a comment first\n# escape=`\nFROM x\nRUN a \\\n b\n", "a  b")]
    [InlineData("\uFEFFFROM x\r\nRUN a \\\r\n b\r\n", "a  b")]
    public void Obeys_parser_directives(string text, string command) =>
        Assert.Equal(command, Assert.Single(Assert.IsType<RunInstruction>(Assert.Single(Dockerfile.Parse(text).Stages[0].Instructions)).Command.Words));

    [Fact]
    public void Reads_here_documents()
    {
        var run = Single<RunInstruction>("RUN <<EOF cat <<-\"B\" | x\none $A\n# not a comment\nEOF\n\ttwo\\\n\tB\n");
        Assert.Equal("one $A\n# not a comment\n", run.Command.Heredocs[0].Text);
        Assert.True(run.Command.Heredocs[0].Expand);
        Assert.Equal("two\\\n", run.Command.Heredocs[1].Text);
        Assert.False(run.Command.Heredocs[1].Expand);

        var copy = Single<CopyInstruction>("COPY --chmod=600 <<a <<'b' file /d/\n1\na\n2\nb\n");
        Assert.Equal(["file"], copy.Sources);
        Assert.Equal([("a", "1\n", true), ("b", "2\n", false)], copy.Contents.Select(c => (c.Name, c.Text, c.Expand)));
    }

    [Fact]
    public void Does_not_see_here_documents_where_there_are_none()
    {
        Assert.Empty(Single<RunInstruction>("RUN echo $((1<<2)) && x <<< y\n").Command.Heredocs);
        Assert.Empty(Single<CmdInstruction>("CMD cat <<EOF\n").Command.Heredocs);
    }

    [Fact]
    public void Reads_exec_and_shell_forms()
    {
        Assert.Equal(["a", "b \"c\""], Single<CmdInstruction>("CMD [ \"a\", \"b \\\"c\\\"\" ]").Command.Words);
        Assert.Equal(["['a']"], Single<CmdInstruction>("CMD ['a']").Command.Words);
        Assert.Empty(Single<EntrypointInstruction>("ENTRYPOINT []").Command.Words);
    }

    [Fact]
    public void Reads_pairs_in_both_forms()
    {
        Assert.Equal([("A", "b c \"d\"")], Pairs("ENV A b c \"d\""));
        Assert.Equal([("A", "b"), ("C", "\"d e\""), ("F", @"g\ h"), ("I", "")], Pairs(@"ENV A=b C=""d e"" F=g\ h I="));

        static IEnumerable<(string, string)> Pairs(string text) => Single<EnvInstruction>(text).Pairs.Select(p => (p.Key, p.Value));
    }

    [Fact]
    public void Reads_flags_stages_and_arguments()
    {
        var file = Dockerfile.Parse("ARG V=1\nARG W\nFROM --platform=$BUILDPLATFORM img:$V AS Base\nFROM base\nCOPY --from=base --link --chown=a:b --exclude=x --exclude=y a b c/\nARG X=1 Y\n");
        Assert.Equal(2, file.GlobalArguments.Count);
        Assert.Equal(("img:$V", "base", "$BUILDPLATFORM"), (file.Stages[0].From.Base, file.Stages[0].From.Name, file.Stages[0].From.Platform));
        var copy = Assert.IsType<CopyInstruction>(file.Stages[1].Instructions[0]);
        Assert.Equal(("base", "a:b", true, "c/"), (copy.From, copy.Chown, copy.Link, copy.Destination));
        Assert.Equal(["x", "y"], copy.Exclude);
        Assert.Equal([new("X", "1"), new KeyValuePair<string, string?>("Y", null)], Assert.IsType<ArgInstruction>(file.Stages[1].Instructions[1]).Arguments);
    }

    [Fact]
    public void Reads_a_health_check()
    {
        var check = Single<HealthcheckInstruction>("HEALTHCHECK --interval=5s --timeout=1m --start-period=1h --start-interval=2s --retries=4 CMD curl -f x").Healthcheck;
        Assert.Equal(["CMD-SHELL", "curl -f x"], check.Test);
        Assert.Equal((5, 60, 3600, 2, 4), (check.Interval.TotalSeconds, check.Timeout.TotalSeconds, check.StartPeriod.TotalSeconds, check.StartInterval.TotalSeconds, check.Retries));
        Assert.Equal(["CMD", "a", "b"], Single<HealthcheckInstruction>("HEALTHCHECK CMD [\"a\",\"b\"]").Healthcheck.Test);
        Assert.Equal(["NONE"], Single<HealthcheckInstruction>("HEALTHCHECK none").Healthcheck.Test);
    }

    [Fact]
    public void Reads_mounts()
    {
        var mount = RunMount.Parse("type=cache,target=$T,id=i,sharing=locked,mode=0755,uid=1,gid=2", word => word.Replace("$T", "/t"));
        Assert.Equal(("cache", "/t", "i", CacheSharing.Locked, 493, 1, 2, false), (mount.Type, mount.Target, mount.Id, mount.Sharing, mount.Mode, mount.Uid, mount.Gid, mount.ReadOnly));
        Assert.True(RunMount.Parse("target=/t", w => w).ReadOnly);
        Assert.False(RunMount.Parse("target=/t,rw", w => w).ReadOnly);
        Assert.True(RunMount.Parse("type=cache,dst=/t,readonly=true", w => w).ReadOnly);
        Assert.Equal(64 << 20, RunMount.Parse("type=tmpfs,target=/t,size=64m", w => w).Size);
        Assert.Equal("a,b", RunMount.Parse("target=/t,\"source=a,b\"", w => w).Source);
        Assert.Equal(("TOKEN", true), RunMount.Parse("type=secret,id=x,env=TOKEN,required", w => w) is var s ? (s.Env, s.Required) : default);
    }

    // The texts after the line are those of Docker 28.5.2, asked with the same files.
    [Theory]
    [InlineData("FROM base\n\n\nQUUX x\n", 4, "unknown instruction: QUUX")]
    [InlineData("FROM base\n\nRUNN x\n", 3, "unknown instruction: RUNN (did you mean RUN?)")]
    [InlineData("FROM base\nENV a\n", 2, "ENV must have two arguments")]
    [InlineData("FROM base\nENV a=1 b\n", 2, "Syntax error - can't find = in \"b\". Must be of the form: name=value")]
    [InlineData("FROM base\nCOPY --foo=1 x1 /x\n", 2, "unknown flag: --foo (did you mean from?)")]
    [InlineData("FROM base\nCOPY x1\n", 2, "COPY requires at least two arguments, but only one was provided. Destination could not be determined")]
    [InlineData("FROM base\nRUN --mount=type=foo x\n", 2, "unsupported mount type \"foo\"")]
    [InlineData("FROM base\nRUN <<E\nfoo\n", 2, "unterminated heredoc")]
    [InlineData("# escape=x\nFROM base\n", 1, "invalid escape token 'x' does not match ` or \\")]
    [InlineData("FROM base\nCMD [\"a\", 1]\n", 2, "when using JSON array syntax, arrays must be comprised of strings only")]
    [InlineData("FROM base as 1x\n", 1, "invalid name for build stage: \"1x\", name can't start with a number or contain symbols")]
    [InlineData("FROM base\nHEALTHCHECK --interval=1 CMD x\n", 2, "time: missing unit in duration \"1\"")]
    [InlineData("FROM base\nONBUILD FROM x\n", 2, "FROM isn't allowed as an ONBUILD trigger")]
    [InlineData("FROM base\nWORKDIR\n", 2, "WORKDIR requires exactly one argument")]
    [InlineData("FROM base\nRUN --network=foo x\n", 2, "invalid network mode \"foo\"")]
    [InlineData("FROM base\nLABEL =x\n", 2, "LABEL names can not be blank")]
    [InlineData("FROM a b\n", 1, "FROM requires either one or three arguments")]
    [InlineData("RUN x\nFROM base\n", 1, "no build stage in current context")]
    [InlineData("FROM base\nSHELL x\n", 2, "SHELL requires the arguments to be in JSON form")]
    [InlineData("FROM base\nRUN --mount=type=cache,target=/x,from=$y z\n", 2, "'from' doesn't support variable expansion, define alias stage instead")]
    public void Says_what_is_wrong_and_where(string text, int line, string message)
    {
        var error = Assert.Throws<GantryException>(() => Dockerfile.Parse(text));
        Assert.Equal($"dockerfile parse error on line {line}: {message}", error.Message);
        Assert.Equal(ErrorKind.InvalidArgument, error.Kind);
    }

    [Theory]
    [InlineData("", "the Dockerfile cannot be empty")]
    [InlineData("# hi\n", "file with no instructions")]
    [InlineData("ARG x\n", "dockerfile contains no stages to build")]
    public void Says_what_is_missing(string text, string message) =>
        Assert.Equal(message, Assert.Throws<GantryException>(() => Dockerfile.Parse(text)).Message);

    private static T Single<T>(string instruction) => Assert.IsType<T>(Assert.Single(Dockerfile.Parse("FROM scratch\n" + instruction).Stages[0].Instructions), exactMatch: false);
}
