namespace Gantry.Integration.Tests.Doors;

/// <summary>OCI runtimes of daemon.json, with a real one behind a script.</summary>
[Collection(nameof(FileDaemon))]
public sealed class RuntimeTests(FileDaemon daemon) : IClassFixture<FileDaemon>
{
    [Fact]
    public async Task A_runtime_of_the_file_runs_containers_with_its_arguments()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/crun"), "no /usr/bin/crun");
        var (script, calls) = (daemon.FileOf("wrapped"), daemon.FileOf("calls"));
        await File.WriteAllTextAsync(script, $"#!/bin/sh\necho \"$*\" >> {calls}\n[ \"$1\" = --its-own ] && shift 2\nexec /usr/bin/crun \"$@\"\n", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(script, (UnixFileMode)Convert.ToInt32("755", 8));
        await daemon.RestartAsync($$"""{"runtimes": {"wrapped": {"path": "{{script}}", "runtimeArgs": ["--its-own", "it's an argument"]}, "shim": {"runtimeType": "io.containerd.runc.v2", "options": {"BinaryName": "{{script}}"} }, "gone": {"path": "/nosuch/runtime"} } }""");

        Assert.Equal($"{script} [--its-own it's an argument]", await daemon.Docker.DoAsync("info", "-f", "{{(index .Runtimes \"wrapped\").Path}} {{(index .Runtimes \"wrapped\").Args}}"));
        Assert.Equal("crun", await daemon.Either.DoAsync("info", "-f", "{{.DefaultRuntime}}"));
        Assert.Equal("out", await daemon.Either.DoAsync("run", "--rm", "--runtime", "wrapped", "busybox", "echo", "out"));
        Assert.Contains("--its-own it's an argument", await File.ReadAllTextAsync(calls, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Equal("out", await daemon.Either.DoAsync("run", "--rm", "--runtime", "shim", "busybox", "echo", "out"));

        await daemon.Either.DoAsync("run", "-d", "--name", "wrapped", "--runtime", "wrapped", "busybox", "sleep", "1000");
        Assert.Equal("wrapped", await daemon.InspectAsync("wrapped", "{{.HostConfig.Runtime}}"));
        await daemon.KillAndStartAsync();
        Assert.Equal("inside", await daemon.Either.DoAsync("exec", "wrapped", "echo", "inside"));
        await daemon.Either.DoAsync("rm", "-f", "wrapped");

        (await daemon.Either.RunAsync("run", "--rm", "--runtime", "nosuch", "busybox", "true")).Refused(125, "unknown or invalid runtime name: nosuch");
        var gone = await daemon.Either.RunAsync("run", "--rm", "--runtime", "gone", "busybox", "true");
        Assert.InRange(gone.ExitCode, 125, 127);
        Assert.Contains("/nosuch/runtime", gone.Text, StringComparison.Ordinal);

        await daemon.RestartAsync($$"""{"runtimes": {"wrapped": {"path": "{{script}}", "runtimeArgs": ["--its-own", "again"]} }, "default-runtime": "wrapped"}""");
        Assert.Equal("wrapped", await daemon.Either.DoAsync("info", "-f", "{{.DefaultRuntime}}"));
        await daemon.Either.DoAsync("run", "--rm", "busybox", "true");
        Assert.Contains("--its-own again", await File.ReadAllTextAsync(calls, TestContext.Current.CancellationToken), StringComparison.Ordinal);
        await daemon.RestartAsync("{}");
    }
}
