namespace Gantry.Compose.Tests.Execution;

public sealed class ComposeCommandTests : IAsyncDisposable
{
    private const string Shop = """
        name: shop
        services:
          web: {image: web, command: [serve], depends_on: {db: {condition: service_healthy}, init: {condition: service_completed_successfully}}, ports: ["8080:80"]}
          init: {image: web, command: [exit, "0"]}
          db: {image: db, volumes: ["data:/d"], healthcheck: {test: x}}
        volumes: {data: {}}
        """;

    private readonly FakeDaemon daemon = new();
    private readonly ProjectDirectory directory = new(Shop);

    [Fact]
    public async Task Up_makes_everything_and_starts_in_dependency_order()
    {
        var (code, _, error) = await RunAsync("up", "-d");
        Assert.Equal(0, code);
        Assert.Equal(["shop-db-1", "shop-init-1", "shop-web-1"], daemon.Names);
        Assert.Contains(" Network shop_default  Created\n", error);
        Assert.Contains(" Volume shop_data  Created\n", error);
        Assert.True(error.IndexOf(" Container shop-db-1  Healthy", StringComparison.Ordinal) < error.IndexOf(" Container shop-web-1  Started", StringComparison.Ordinal), error);
        Assert.True(error.LastIndexOf(" Container shop-init-1  Exited", StringComparison.Ordinal) < error.IndexOf(" Container shop-web-1  Starting", StringComparison.Ordinal), error);
    }

    [Fact]
    public async Task Up_of_an_unchanged_project_only_reads_and_reads_little()
    {
        directory.Write("compose.yaml", "name: shop\nservices:\n  a: {image: web, scale: 20}\n  db: {image: db, volumes: [\"data:/d\"]}\nvolumes: {data: {}}");
        await RunAsync("up", "-d");
        daemon.Requests.Clear();
        var (code, _, error) = await RunAsync("up", "-d");
        Assert.Equal(0, code);
        Assert.Empty(daemon.Changes);
        Assert.Equal(["/containers/json", "/images/json", "/networks", "/volumes"], daemon.Requests.Select(request => request.Split(' ', '?')[1]).Order());
        Assert.Equal(21, error.Split('\n').Count(line => line.EndsWith("  Running")));
    }

    [Fact]
    public async Task Ps_takes_one_call_and_prints_docker_s_table()
    {
        await RunAsync("up", "-d");
        daemon.Requests.Clear();
        var (_, output, _) = await RunAsync("ps");
        Assert.Single(daemon.Requests);
        Assert.Equal(
            """
            NAME         IMAGE     COMMAND   SERVICE   CREATED         STATUS         PORTS
            shop-db-1    db        ""        db        2 minutes ago   Up 2 minutes   
            shop-web-1   web       "serve"   web       2 minutes ago   Up 2 minutes   0.0.0.0:8080->80/tcp

            """,
            output);
    }

    [Fact]
    public async Task A_changed_service_is_replaced_under_its_name()
    {
        await RunAsync("up", "-d");
        directory.Write("compose.yaml", Shop.Replace("[serve]", "[serve, more]"));
        daemon.Requests.Clear();
        await RunAsync("up", "-d");
        Assert.Equal(["shop-db-1", "shop-init-1", "shop-web-1"], daemon.Names);
        Assert.Single(daemon.Changes, request => request.StartsWith("POST /containers/create", StringComparison.Ordinal));
        Assert.Single(daemon.Changes, request => request.StartsWith("DELETE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_unhealthy_dependency_stops_what_needs_it()
    {
        daemon.Unhealthy.Add("shop-db-1");
        var (code, _, error) = await RunAsync("up", "-d");
        Assert.Equal(1, code);
        Assert.EndsWith("dependency failed to start: container shop-db-1 is unhealthy\n", error);
        Assert.DoesNotContain("shop-web-1  Starting", error);
    }

    [Fact]
    public async Task A_dependency_that_fails_to_complete_stops_what_needs_it()
    {
        directory.Write("compose.yaml", Shop.Replace("[exit, \"0\"]", "[exit, \"3\"]"));
        var (code, _, error) = await RunAsync("up", "-d");
        Assert.Equal(1, code);
        Assert.EndsWith("service \"init\" didn't complete successfully: exit 3\n", error);
    }

    [Fact]
    public async Task An_image_that_cannot_be_pulled_makes_nothing()
    {
        directory.Write("compose.yaml", "services: {a: {image: missing}}");
        var (code, _, error) = await RunAsync("up", "-d");
        Assert.Equal(1, code);
        Assert.Contains("pull access denied for missing:latest", error);
        Assert.Empty(daemon.Names);
    }

    [Fact]
    public async Task Down_removes_all_that_up_made_and_volumes_on_request()
    {
        await RunAsync("up", "-d");
        var (_, _, error) = await RunAsync("down", "-v", "-t", "1");
        Assert.Empty(daemon.Names);
        Assert.Contains(" Network shop_default  Removed\n", error);
        Assert.Contains(" Volume shop_data  Removed\n", error);
        Assert.True(error.IndexOf("shop-web-1  Removed", StringComparison.Ordinal) < error.IndexOf("shop-db-1  Stopping", StringComparison.Ordinal), error);
    }

    [Fact]
    public async Task Scale_adds_and_removes()
    {
        directory.Write("compose.yaml", "name: shop\nservices: {a: {image: web}}");
        await RunAsync("up", "-d", "--scale", "a=3");
        Assert.Equal(["shop-a-1", "shop-a-2", "shop-a-3"], daemon.Names);
        await RunAsync("scale", "a=1");
        Assert.Equal(["shop-a-1"], daemon.Names);
    }

    [Fact]
    public async Task Stop_and_start_work_with_the_project_s_name_alone()
    {
        await RunAsync("up", "-d");
        File.Delete(Path.Combine(directory.Path, "compose.yaml"));
        var (code, _, error) = await RunAsync("-p", "shop", "stop");
        Assert.Equal(0, code);
        Assert.Contains(" Container shop-db-1  Stopped\n", error);
        Assert.Equal("no configuration file provided: not found\n", (await RunAsync("stop")).Error);
    }

    // The fake daemon, like a daemon without PUT archive, refuses the copy.
    [Fact]
    public async Task A_container_that_did_not_get_its_config_is_not_left_behind()
    {
        directory.Write("compose.yaml", "services: {a: {image: web, configs: [c]}}\nconfigs: {c: {content: x}}");
        Assert.Equal(1, (await RunAsync("up", "-d")).Code);
        Assert.Empty(daemon.Names);
    }

    [Fact]
    public async Task Keys_without_effect_are_told_of()
    {
        directory.Write("compose.yaml", "services: {a: {image: web, develop: {watch: []}, deploy: {placement: {constraints: [x]}}, build: {context: ., cache_from: [x]}}}");
        var (_, _, error) = await RunAsync("plan");
        Assert.Contains("services.a.deploy.placement is for Swarm, it will be ignored", error);
        Assert.Contains("services.a.build.cache_from is not used: the builder keeps its own cache, it will be ignored", error);
    }

    [Theory]
    [InlineData("unknown docker command: \"compose nope\"\n", "nope")]
    [InlineData("unknown flag: --nope\n", "up", "--nope")]
    [InlineData("unknown shorthand flag: 'z' in -dz\n", "up", "-dz")]
    [InlineData("flag needs an argument: --scale\n", "up", "--scale")]
    [InlineData("no such service: nope\n", "up", "-d", "nope")]
    [InlineData("--build and --no-build are incompatible\n", "up", "--build", "--no-build")]
    public async Task Bad_command_lines_are_refused(string message, params string[] args)
    {
        var (code, _, error) = await RunAsync(args);
        Assert.Equal((1, message), (code, error));
    }

    public async ValueTask DisposeAsync()
    {
        await daemon.DisposeAsync();
        directory.Dispose();
    }

    private async Task<(int Code, string Output, string Error)> RunAsync(params string[] args)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        var host = new ComposeHost { Out = output, Error = error, WorkingDirectory = directory.Path, Environment = directory.Environment };
        var code = await ComposeCommand.RunAsync(args, daemon.Client, host, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }
}
