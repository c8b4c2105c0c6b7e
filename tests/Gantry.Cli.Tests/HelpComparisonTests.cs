namespace Gantry.Cli.Tests;

/// <summary>Help of commands without options of Swarm or of docker's experiments: word for word docker's.</summary>
[Trait("Ring", "compatibility")]
public sealed class HelpComparisonTests
{
    [Theory]
    [InlineData("run")]
    [InlineData("create")]
    [InlineData("exec")]
    [InlineData("ps")]
    [InlineData("logs")]
    [InlineData("update")]
    [InlineData("attach")]
    [InlineData("pull")]
    [InlineData("network create")]
    [InlineData("system prune")]
    [InlineData("network")]
    [InlineData("container")]
    public async Task Reads_like_dockers(string command)
    {
        Assert.SkipUnless(File.Exists(CommandLineRun.DockerPath), "docker's CLI is not installed");
        string[] arguments = [.. command.Split(' '), "--help"];

        var docker = await CommandLineRun.DockerAsync("unix:///nonexistent", arguments);
        var gantry = await CommandLineRun.GantryAsync("unix:///nonexistent", arguments);

        Assert.Equal(docker.Out, gantry.Out);
    }
}
