using Gantry.Core;
using Gantry.Images;

namespace Gantry.Build.Tests;

public sealed class DockerfileChangesTests
{
    [Fact]
    public void Applies_what_commit_takes()
    {
        var config = DockerfileChanges.Apply(new ProcessDefaults { Env = ["A=1"], WorkingDir = "/w", Cmd = ["old"] }, ["ENV B=$A C=3", "WORKDIR sub", "EXPOSE 80", "USER u", "CMD [\"x\"]", "LABEL l=v"]);
        Assert.Equal(["A=1", "B=1", "C=3"], config.Env);
        Assert.Equal(("/w/sub", "u"), (config.WorkingDir, config.User));
        Assert.Equal(["x"], config.Cmd);
        Assert.Equal(["80/tcp"], config.ExposedPorts);
        Assert.Equal("v", config.Labels["l"]);
    }

    [Theory]
    [InlineData("RUN x", "RUN is not a valid change command")]
    [InlineData("FROM x", "FROM is not a valid change command")]
    [InlineData("EXPOSE x", "invalid containerPort: x")]
    [InlineData("QUUX", "unknown instruction: QUUX")]
    public void Refuses_the_rest(string change, string message) =>
        Assert.Equal(message, Assert.Throws<GantryException>(() => DockerfileChanges.Apply(new ProcessDefaults(), [change])).Message);
}
