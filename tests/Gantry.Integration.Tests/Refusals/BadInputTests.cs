using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Refusals;

/// <summary>Bad input gives Docker's status and message, and nothing half made.</summary>
public sealed class BadInputTests(SharedDaemon daemon)
{
    [Fact]
    public async Task A_missing_image_is_404()
    {
        Assert.Equal((404, "No such image: nowhere:1"), await daemon.RefusalAsync(HttpMethod.Post, "v1.47/containers/create?name=half", """{"Image":"nowhere:1"}"""));
        Assert.Equal((404, "No such container: half"), await daemon.RefusalAsync(HttpMethod.Get, "v1.47/containers/half/json"));
        Assert.Equal((404, "No such image: nowhere:1"), await daemon.RefusalAsync(HttpMethod.Get, "v1.47/images/nowhere:1/json"));
    }

    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task A_missing_image_fails_a_run_with_125(Tool tool)
    {
        var run = await daemon.By(tool).RunAsync("run", "--rm", "--pull", "never", "nowhere:1");
        run.Refused(125, "No such image: nowhere:1");
    }

    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task Bad_ports_and_flags_fail_with_125_and_a_message(Tool tool)
    {
        var client = daemon.By(tool);
        (await client.RunAsync("run", "-p", "70000:80", "busybox")).Refused(125, "invalid hostPort: 70000");
        (await client.RunAsync("run", "-p", "80:x", "busybox")).Refused(125, "invalid containerPort: x");
        (await client.RunAsync("run", "--frobnicate", "busybox")).Refused(125, "unknown flag: --frobnicate");
        (await client.RunAsync("run", "-m", "1k", "busybox")).Refused(125, "Minimum memory limit allowed is 6MB");
        (await client.RunAsync("run", "-v", "relative/path:/x", "busybox")).Refused(125, "includes invalid characters for a local volume name");
        (await client.RunAsync("run", "--network", "no-such-network", "--rm", "busybox", "true")).Refused(125, "network no-such-network not found");
        Assert.Equal("", await client.DoAsync("ps", "-aq", "--filter", "network=no-such-network"));
        (await client.RunAsync("run", "--restart", "sometimes", "busybox")).Refused(125, "sometimes");
        (await client.RunAsync("frobnicate")).Refused(1, client.Name == "docker" ? "unknown command: docker frobnicate" : "unknown command: gantry frobnicate");
    }

    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task A_name_in_use_is_a_conflict(Tool tool)
    {
        var client = daemon.By(tool);
        var name = $"taken-{tool}";
        var id = await client.DoAsync("create", "--name", name, "busybox");
        (await client.RunAsync("run", "--name", name, "busybox", "true")).Refused(125, $"Conflict. The container name \"/{name}\" is already in use by container \"{id}\". You have to remove (or rename) that container to be able to reuse that name.");
        Assert.Equal(409, (await daemon.RefusalAsync(HttpMethod.Post, $"v1.47/containers/create?name={name}", """{"Image":"busybox"}""")).Status);
        Assert.Equal(id, await client.DoAsync("ps", "-aq", "--no-trunc", "--filter", $"name={name}"));
        await client.DoAsync("rm", name);
        (await client.RunAsync("run", "--name", "bad name!", "busybox", "true")).Refused(125, "Invalid container name (bad name!), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed");
    }

    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task A_dockerfile_with_an_error_says_where(Tool tool)
    {
        var client = daemon.By(tool);
        (await client.FeedAsync("FROM busybox\nRUNN echo x\n", "build", "-")).Refused(1, "unknown instruction: RUNN");
        (await client.FeedAsync("", "build", "-")).Refused(1, "annot be empty");
        (await client.FeedAsync("RUN true\n", "build", "-")).Refused(1, "no build stage in current context");
        var failed = await client.FeedAsync("FROM busybox\nRUN exit 3\n", "build", "-t", "half-built", "-");
        Assert.NotEqual(0, failed.ExitCode);
        Assert.Contains(": 3", failed.Text, StringComparison.Ordinal);
        (await client.FeedAsync("FROM busybox\nCOPY nothing /\n", "build", "-")).Refused(1, "nothing");
        Assert.Equal(1, (await client.RunAsync("image", "inspect", "half-built")).ExitCode);
    }

    [Fact]
    public async Task Requests_out_of_order_are_told_so()
    {
        var id = await daemon.Either.DoAsync("create", "--name", "idle", "busybox", "true");
        Assert.Equal((409, $"cannot kill container: idle: container {id} is not running"), await daemon.RefusalAsync(HttpMethod.Post, "v1.47/containers/idle/kill"));
        Assert.Equal(304, (await daemon.HttpAsync(HttpMethod.Post, "v1.47/containers/idle/stop")).Status);
        Assert.Equal(409, (await daemon.RefusalAsync(HttpMethod.Post, "v1.47/containers/idle/exec", """{"Cmd":["true"]}""")).Status);
        Assert.Equal(404, (await daemon.RefusalAsync(HttpMethod.Get, "v1.47/nonsense")).Status);
        Assert.Equal(400, (await daemon.RefusalAsync(HttpMethod.Get, "v9.99/containers/json")).Status);
        Assert.Equal(400, (await daemon.RefusalAsync(HttpMethod.Post, "v1.47/containers/create", "{\"Image\":")).Status);
        Assert.Equal(400, (await daemon.RefusalAsync(HttpMethod.Get, "v1.47/containers/json?filters=nonsense")).Status);
        await daemon.Either.DoAsync("run", "-d", "--name", "runs", "busybox", "sleep", "1000");
        Assert.Equal(304, (await daemon.HttpAsync(HttpMethod.Post, "v1.47/containers/runs/start")).Status);
        (await daemon.Either.RunAsync("rm", "runs")).Refused(1, "cannot remove container \"runs\": container is running: stop the container before removing or force remove");
        await daemon.Either.DoAsync("rm", "-f", "idle", "runs");
    }

    [Fact]
    public async Task Settings_are_shown_as_Docker_keeps_them()
    {
        await daemon.HttpAsync(HttpMethod.Post, "containers/create?name=kept", """{"Image":"busybox","WorkingDir":"/tmp/../var//","HostConfig":{"PidsLimit":-2}}""");
        Assert.Equal("/var", await daemon.InspectAsync("kept", "{{.Config.WorkingDir}}"));
        await daemon.HttpAsync(HttpMethod.Post, "containers/kept/update", """{"PidsLimit":32}""");
        await daemon.HttpAsync(HttpMethod.Post, "v1.39/containers/kept/update", """{"PidsLimit":16}""");
        Assert.Equal("32", await daemon.InspectAsync("kept", "{{.HostConfig.PidsLimit}}"));
        await daemon.HttpAsync(HttpMethod.Post, "containers/kept/update", """{"PidsLimit":-1}""");
        Assert.Equal("0", await daemon.InspectAsync("kept", "{{.HostConfig.PidsLimit}}"));
        Assert.StartsWith("[\"/proc/asound\",\"/proc/acpi\",", await daemon.InspectAsync("kept", "{{json .HostConfig.MaskedPaths}}"), StringComparison.Ordinal);
        await daemon.Either.DoAsync("rm", "kept");
        Assert.Equal((400, "invalid Annotations: the empty string is not permitted as an annotation key"), await daemon.RefusalAsync(HttpMethod.Post, "containers/create", """{"Image":"busybox","HostConfig":{"Annotations":{"":"x"}}}"""));
        Assert.Equal(400, (await daemon.RefusalAsync(HttpMethod.Post, "v1.43/containers/create", """{"Image":"busybox","NetworkingConfig":{"EndpointsConfig":{"bridge":{},"x":{}}}}""")).Status);
        Assert.Equal(200, (await daemon.HttpAsync(HttpMethod.Get, "networks/")).Status);
    }
}
