namespace Gantry.Cli.Tests;

/// <summary>What is said to wrong command lines, in docker's words; nothing is asked of a daemon.</summary>
public sealed class UsageTests
{
    [Theory]
    [InlineData("help nope", 1, "unknown help topic: nope")]
    [InlineData("help network nope", 1, "unknown help topic: nope")]
    [InlineData("-H a -H b ps", 125, "invalid argument \"b\" for \"-H, --host\" flag: specify only one -H")]
    [InlineData("-l nope ps", 1, "Unable to parse logging level: nope")]
    [InlineData("run --help --nope", 125, "unknown flag: --nope")]
    [InlineData("run -d -a stdout busybox", 1, "conflicting options: cannot specify both --attach and --detach")]
    [InlineData("run --gpus x=y busybox", 125, "invalid argument \"x=y\" for \"--gpus\" flag: unexpected key 'x' in 'x=y'")]
    [InlineData("run --env-file /nope busybox", 125, "docker: open /nope: no such file or directory\n\nRun 'docker run --help' for more information")]
    [InlineData("run --security-opt seccomp=/nope busybox", 125, "docker: opening seccomp profile (/nope) failed: open /nope: no such file or directory")]
    [InlineData("run --cidfile /nope/x busybox", 127, "docker: failed to create the container ID file: open /nope/x: no such file or directory")]
    [InlineData("run --platform a/b/c/d busybox", 125, "docker: error parsing specified platform: \"a/b/c/d\": cannot parse platform specifier: invalid argument")]
    [InlineData("exec --env-file /nope x true", 1, "open /nope: no such file or directory")]
    [InlineData("export -o /nope/x c", 1, "failed to export container: invalid output path: stat /nope: no such file or directory")]
    [InlineData("save -o /nope/x i", 1, "failed to save image: invalid output path: stat /nope: no such file or directory")]
    [InlineData("network create --subnet 10.1.0.0/16 --gateway nope x", 1, "no matching subnet for gateway nope")]
    public async Task Refusals(string arguments, int code, string message)
    {
        var result = await CommandLineRun.GantryAsync("unix:///nonexistent", arguments.Split(' '));
        Assert.Equal(code, result.Code);
        Assert.StartsWith(message, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_shorthand_of_help_is_warned_of()
    {
        var result = await CommandLineRun.GantryAsync("unix:///nonexistent", ["ps", "-h"]);
        Assert.Equal("Flag shorthand -h has been deprecated, use --help\n", result.Error);
        Assert.StartsWith("Usage:  docker ps [OPTIONS]", result.Out.TrimStart(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_after_the_container_of_top_are_for_ps()
    {
        var result = await CommandLineRun.GantryAsync("unix:///nonexistent", ["top", "c", "-o", "pid"]);
        Assert.StartsWith("Cannot connect to the Docker daemon", result.Error, StringComparison.Ordinal);
    }
}
