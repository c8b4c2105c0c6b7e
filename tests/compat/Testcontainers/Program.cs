using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using DotNet.Testcontainers.Builders;
using DotNet.Testcontainers.Configurations;
using DotNet.Testcontainers.Containers;
using Gantry.Compat;
using Npgsql;
using Testcontainers.PostgreSql;

var registry = Environment.GetEnvironmentVariable("REGISTRY")!;
var work = Environment.GetEnvironmentVariable("WORK")!;
var image = registry + "/busybox";
ContainerBuilder Busybox(params string[] command) => new ContainerBuilder(image).WithCommand(command).WithLabel("gantry.compat", "testcontainers");

if (args is ["abandon"])
{
    await Abandon();
}

return await Tap.RunAsync(
[
    ("a container starts, runs a command and is removed", async () =>
    {
        IContainer container = Busybox("sleep", "300").Build();
        await using (container)
        {
            await container.StartAsync();
            var result = await container.ExecAsync(["sh", "-c", "echo out; echo err >&2; exit 3"]);
            Same(("out\n", "err\n", 3L), (result.Stdout, result.Stderr, result.ExitCode));
            Same(TestcontainersStates.Running, container.State);
        }

        Same(TestcontainersStates.Undefined, container.State);
    }),
    ("waits for a port", async () =>
    {
        await using var web = Busybox("sh", "-c", "sleep 1; exec httpd -f -p 8080 -h /www").WithPortBinding(8080, true)
            .WithWaitStrategy(Wait.ForUnixContainer().UntilInternalTcpPortIsAvailable(8080)).Build();
        await web.StartAsync();
        using var http = new HttpClient();
        Same("a page\n", await http.GetStringAsync(new Uri($"http://{web.Hostname}:{web.GetMappedPublicPort(8080)}/")));
    }),
    ("waits for a port from outside", async () =>
    {
        await using var web = Busybox("sh", "-c", "sleep 1; exec httpd -f -p 8080 -h /www").WithPortBinding(8080, true)
            .WithWaitStrategy(Wait.ForUnixContainer().UntilExternalTcpPortIsAvailable(8080)).Build();
        await web.StartAsync();
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(web.Hostname, web.GetMappedPublicPort(8080));
    }),
    ("waits for a line of the log", async () =>
    {
        await using var container = Busybox("sh", "-c", "sleep 1; echo database system is ready; sleep 300")
            .WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged("system is ready")).Build();
        await container.StartAsync();
        Has("database system is ready", (await container.GetLogsAsync()).Stdout);
    }),
    ("waits for health", async () =>
    {
        await using var container = Busybox("sh", "-c", "sleep 1; touch /ready; sleep 300")
            .WithCreateParameterModifier(create => create.Healthcheck = new() { Test = ["CMD", "test", "-e", "/ready"], Interval = TimeSpan.FromMilliseconds(200), Retries = 50 })
            .WithWaitStrategy(Wait.ForUnixContainer().UntilContainerIsHealthy(failingStreak: 50)).Build();
        await container.StartAsync();
        Same(TestcontainersHealthStatus.Healthy, container.Health);
    }),
    ("waits for a command and for an HTTP answer", async () =>
    {
        await using var web = Busybox("sh", "-c", "sleep 1; touch /ready; exec httpd -f -p 8080 -h /www").WithPortBinding(8080, true)
            .WithWaitStrategy(Wait.ForUnixContainer().UntilCommandIsCompleted("test", "-e", "/ready").UntilHttpRequestIsSucceeded(request => request.ForPort(8080))).Build();
        await web.StartAsync();
    }),
    ("a start that fails says why", async () =>
    {
        await using var container = Busybox("nosuchprogram").Build();
        try
        {
            await container.StartAsync();
            throw new InvalidOperationException("no error");
        }
        catch (Exception error) when (error is not InvalidOperationException)
        {
            Has("nosuchprogram", error.Message);
        }
    }),
    ("networks with aliases", async () =>
    {
        await using var network = new NetworkBuilder().Build();
        await using var server = Busybox("httpd", "-f", "-h", "/www").WithNetwork(network).WithNetworkAliases("server").Build();
        await using var client = Busybox("sleep", "300").WithNetwork(network).Build();
        await Task.WhenAll(server.StartAsync(), client.StartAsync());
        Same("a page\n", (await client.ExecAsync(["wget", "-qO-", "http://server/"])).Stdout);
    }),
    ("volumes, bind mounts and tmpfs", async () =>
    {
        await using var volume = new VolumeBuilder().Build();
        File.WriteAllText(Path.Combine(work, "bound"), "from the host\n");
        await using var container = Busybox("sleep", "300").WithVolumeMount(volume, "/volume").WithBindMount(work, "/bound", AccessMode.ReadOnly).WithTmpfsMount("/fast").Build();
        await container.StartAsync();
        Same("from the host\n", (await container.ExecAsync(["cat", "/bound/bound"])).Stdout);
        Same(1L, (await container.ExecAsync(["touch", "/bound/x"])).ExitCode);
        Same(0L, (await container.ExecAsync(["touch", "/volume/x", "/fast/x"])).ExitCode);
    }),
    ("files go in before the start and come out", async () =>
    {
        await using var container = Busybox("sh", "-c", "cat /given/file; sleep 300").WithResourceMapping(Encoding.UTF8.GetBytes("given\n"), "/given/file").Build();
        await container.StartAsync();
        await container.CopyAsync(Encoding.UTF8.GetBytes("later\n"), "/tmp/later");
        Same("later\n", Encoding.UTF8.GetString(await container.ReadFileAsync("/tmp/later")));
        Has("given", (await container.GetLogsAsync()).Stdout);
    }),
    ("stop, start, pause and unpause", async () =>
    {
        await using var container = Busybox("sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done").Build();
        await container.StartAsync();
        await container.PauseAsync();
        Same(TestcontainersStates.Paused, container.State);
        await container.UnpauseAsync();
        await container.StopAsync();
        Same(0L, await container.GetExitCodeAsync());
        await container.StartAsync();
        Same(TestcontainersStates.Running, container.State);
    }),
    ("the output goes to a consumer", async () =>
    {
        using var consumer = Consume.RedirectStdoutAndStderrToStream(new MemoryStream(), new MemoryStream());
        await using var container = Busybox("sh", "-c", "echo consumed; sleep 300").WithOutputConsumer(consumer)
            .WithWaitStrategy(Wait.ForUnixContainer().UntilMessageIsLogged("consumed")).Build();
        await container.StartAsync();
        for (var i = 0; consumer.Stdout.Length == 0 && i < 50; i++)
        {
            await Task.Delay(100);
        }

        consumer.Stdout.Position = 0;
        Has("consumed", await new StreamReader(consumer.Stdout).ReadToEndAsync());
    }),
    ("an image built from a Dockerfile", async () =>
    {
        var folder = Directory.CreateDirectory(Path.Combine(work, "image")).FullName;
        File.WriteAllText(Path.Combine(folder, "Dockerfile"), $"FROM {image}\nARG WHO\nRUN echo $WHO >/who\nCMD [\"sleep\", \"300\"]\n");
        await using var built = new ImageFromDockerfileBuilder().WithDockerfileDirectory(folder).WithBuildArgument("WHO", "me").Build();
        await built.CreateAsync();
        await using var container = new ContainerBuilder(built).Build();
        await container.StartAsync();
        Same("me\n", (await container.ExecAsync(["cat", "/who"])).Stdout);
    }),
    ("PostgreSQL's module: start, query, a script", async () =>
    {
        await using var postgres = new PostgreSqlBuilder(registry + "/postgres").WithPassword("secret").Build();
        await postgres.StartAsync();
        await using var connection = new NpgsqlConnection(postgres.GetConnectionString());
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("select 6 * 7", connection);
        Same(42, (int)(await command.ExecuteScalarAsync())!);
        Same(0L, (await postgres.ExecScriptAsync("create table t (n int); insert into t values (1);")).ExitCode);
    }),
    ("twenty containers at once", async () =>
    {
        var containers = Enumerable.Range(0, 20).Select(_ => Busybox("sleep", "300").Build()).ToArray();
        await Task.WhenAll(containers.Select(container => container.StartAsync()));
        await Task.WhenAll(containers.Select(async container => Same("x\n", (await container.ExecAsync(["echo", "x"])).Stdout)));
        await Task.WhenAll(containers.Select(container => container.DisposeAsync().AsTask()));
    }),
    ("reuse of a container by its configuration", async () =>
    {
        IContainer Build() => new ContainerBuilder(image).WithCommand("sleep", "300").WithReuse(true).WithLabel("gantry.compat", "reuse").Build();
        var first = Build();
        await first.StartAsync();
        var second = Build();
        await second.StartAsync();
        Same(first.Id, second.Id);
        await DockerProgram.RunAsync("rm", "-f", first.Id);
    }),
    ("the resource reaper removes what a killed process left", async () =>
    {
        var id = (await DockerProgram.OutputAsync(Environment.ProcessPath!, "abandon")).Trim().Split('\n')[^1];
        Same(64, id.Length);
        for (var i = 0; await DockerProgram.RunAsync("inspect", id) == 0; i++)
        {
            if (i == 300)
            {
                throw new InvalidOperationException("the container of the killed process is still there");
            }

            await Task.Delay(100);
        }
    }),
]);

async Task Abandon()
{
    await using var container = Busybox("sleep", "300").Build();
    await container.StartAsync();
    Console.WriteLine(container.Id);
    Process.GetCurrentProcess().Kill();
}
