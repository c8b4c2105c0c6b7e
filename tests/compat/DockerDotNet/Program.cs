using System.Formats.Tar;
using System.Text;
using Docker.DotNet;
using Docker.DotNet.Models;
using Gantry.Compat;

var registry = Environment.GetEnvironmentVariable("REGISTRY")!;
var image = registry + "/busybox";
var labels = new Dictionary<string, string> { ["gantry.compat"] = "dotnet" };
var mine = new Dictionary<string, IDictionary<string, bool>> { ["label"] = new Dictionary<string, bool> { ["gantry.compat=dotnet"] = true } };
using var docker = new DockerClientConfiguration(new Uri(Environment.GetEnvironmentVariable("DOCKER_HOST")!)).CreateClient();

async Task<string> CreateAsync(string[] command, Action<CreateContainerParameters>? more = null)
{
    var parameters = new CreateContainerParameters { Image = image, Cmd = command, Labels = labels, HostConfig = new HostConfig() };
    more?.Invoke(parameters);
    return (await docker.Containers.CreateContainerAsync(parameters)).ID;
}

async Task<string> StartAsync(string[] command, Action<CreateContainerParameters>? more = null)
{
    var id = await CreateAsync(command, more);
    Same(true, await docker.Containers.StartContainerAsync(id, new()));
    return id;
}

async Task RefusedAsync(System.Net.HttpStatusCode status, Func<Task> call)
{
    try
    {
        await call();
    }
    catch (DockerApiException error)
    {
        Same(status, error.StatusCode);
        return;
    }

    throw new InvalidOperationException("no error");
}

return await Tap.RunAsync(
[
    ("ping, version and info", async () =>
    {
        await docker.System.PingAsync();
        Has("1.", (await docker.System.GetVersionAsync()).APIVersion);
        Has("-", (await docker.System.GetSystemInfoAsync()).ID);
    }),
    ("logs: both streams, apart", async () =>
    {
        var id = await StartAsync(["sh", "-c", "echo out; echo err >&2"]);
        Same(0L, (await docker.Containers.WaitContainerAsync(id)).StatusCode);
        using var logs = await docker.Containers.GetContainerLogsAsync(id, tty: false, new() { ShowStdout = true, ShowStderr = true, Follow = true });
        Same(("out\n", "err\n"), await logs.ReadOutputToEndAsync(default));
    }),
    ("attach: stdin, half-close, output", async () =>
    {
        var id = await CreateAsync(["cat"], create => (create.OpenStdin, create.StdinOnce, create.AttachStdin) = (true, true, true));
        using var stream = await docker.Containers.AttachContainerAsync(id, tty: false, new() { Stdin = true, Stdout = true, Stderr = true, Stream = true });
        await docker.Containers.StartContainerAsync(id, new());
        await stream.WriteAsync("hello\n"u8.ToArray(), 0, 6, default);
        stream.CloseWrite();
        Same(("hello\n", ""), await stream.ReadOutputToEndAsync(default));
    }),
    ("exec: output, exit code, resize", async () =>
    {
        var id = await StartAsync(["sleep", "300"]);
        var exec = await docker.Exec.ExecCreateContainerAsync(id, new() { Cmd = ["sh", "-c", "cat; echo e >&2; exit 4"], AttachStdin = true, AttachStdout = true, AttachStderr = true });
        using var stream = await docker.Exec.StartAndAttachContainerExecAsync(exec.ID, tty: false);
        await stream.WriteAsync("in\n"u8.ToArray(), 0, 3, default);
        stream.CloseWrite();
        Same(("in\n", "e\n"), await stream.ReadOutputToEndAsync(default));
        Same(4L, (await docker.Exec.InspectContainerExecAsync(exec.ID)).ExitCode);
        var terminal = await docker.Exec.ExecCreateContainerAsync(id, new() { Cmd = ["sleep", "1"], Tty = true, AttachStdout = true });
        using var open = await docker.Exec.StartAndAttachContainerExecAsync(terminal.ID, tty: true);
        await docker.Exec.ResizeContainerExecTtyAsync(terminal.ID, new() { Height = 33, Width = 101 });
    }),
    ("lifecycle", async () =>
    {
        var id = await StartAsync(["sleep", "300"], create => create.Name = "dotnet-one");
        Same(false, await docker.Containers.StartContainerAsync(id, new()));
        await docker.Containers.PauseContainerAsync(id);
        await docker.Containers.UnpauseContainerAsync(id);
        await docker.Containers.RenameContainerAsync(id, new() { NewName = "dotnet-two" }, default);
        await docker.Containers.UpdateContainerAsync(id, new() { Memory = 64 << 20, MemorySwap = 64 << 20 });
        await docker.Containers.RestartContainerAsync(id, new() { WaitBeforeKillSeconds = 0 });
        Same(true, await docker.Containers.StopContainerAsync(id, new() { WaitBeforeKillSeconds = 0 }));
        var details = await docker.Containers.InspectContainerAsync(id);
        Same(("/dotnet-two", 64L << 20, 137L, false), (details.Name, details.HostConfig.Memory, details.State.ExitCode, details.State.Running));
    }),
    ("list with filters, top, changes, stats", async () =>
    {
        var id = await StartAsync(["sleep", "300"]);
        Same(id, (await docker.Containers.ListContainersAsync(new() { Filters = mine })).Single().ID);
        Has("sleep", string.Join(' ', (await docker.Containers.ListProcessesAsync(id, new())).Processes[0]));
        await docker.Containers.InspectChangesAsync(id);
        var seen = new TaskCompletionSource<ContainerStatsResponse>();
        using var stop = new CancellationTokenSource();
        var stats = docker.Containers.GetContainerStatsAsync(id, new() { Stream = true }, new Progress<ContainerStatsResponse>(line => seen.TrySetResult(line)), stop.Token);
        Same(true, (await seen.Task).MemoryStats.Usage > 0);
        await stop.CancelAsync();
        await stats.ContinueWith(_ => { }, TaskScheduler.Default);
    }),
    ("archives both ways", async () =>
    {
        var id = await StartAsync(["sleep", "300"]);
        using var tar = new MemoryStream();
        await using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, "file") { DataStream = new MemoryStream("text"u8.ToArray()) });
        }

        tar.Position = 0;
        await docker.Containers.ExtractArchiveToContainerAsync(id, new() { Path = "/tmp" }, tar);
        var archive = await docker.Containers.GetArchiveFromContainerAsync(id, new() { Path = "/tmp/file" }, statOnly: false);
        await using var stream = archive.Stream;
        await using var reader = new TarReader(stream);
        var entry = (await reader.GetNextEntryAsync(copyData: true))!;
        Same(("file", "text", 4L), (entry.Name, await new StreamReader(entry.DataStream!, Encoding.UTF8).ReadToEndAsync(), archive.Stat.Size));
    }),
    ("errors have their status codes", async () =>
    {
        await RefusedAsync(System.Net.HttpStatusCode.NotFound, () => docker.Containers.InspectContainerAsync("nosuch"));
        await RefusedAsync(System.Net.HttpStatusCode.NotFound, () => CreateAsync(["true"], create => create.Image = "nosuch-image-of-dotnet"));
        var id = await StartAsync(["sleep", "300"], create => create.Name = "dotnet-taken");
        await RefusedAsync(System.Net.HttpStatusCode.Conflict, () => CreateAsync(["true"], create => create.Name = "dotnet-taken"));
        await RefusedAsync(System.Net.HttpStatusCode.Conflict, () => docker.Containers.RemoveContainerAsync(id, new()));
        await RefusedAsync(System.Net.HttpStatusCode.NotFound, () => docker.Networks.InspectNetworkAsync("nosuch"));
        try
        {
            await docker.Swarm.ListServicesAsync();
        }
        catch (Exception error)
        {
            Same("Node is not part of a swarm.", error.Message);
        }
    }),
    ("networks and volumes", async () =>
    {
        var network = await docker.Networks.CreateNetworkAsync(new() { Name = "dotnet-network", Labels = labels });
        await docker.Volumes.CreateAsync(new() { Name = "dotnet-volume", Labels = labels });
        var id = await StartAsync(["sleep", "300"], create => create.HostConfig.Binds = ["dotnet-volume:/data"]);
        await docker.Networks.ConnectNetworkAsync(network.ID, new() { Container = id, EndpointConfig = new() { Aliases = ["x"] } });
        Same(true, (await docker.Networks.InspectNetworkAsync(network.ID)).Containers.ContainsKey(id));
        await docker.Networks.DisconnectNetworkAsync(network.ID, new() { Container = id, Force = true });
        await docker.Networks.DeleteNetworkAsync(network.ID);
        await RefusedAsync(System.Net.HttpStatusCode.Conflict, () => docker.Volumes.RemoveAsync("dotnet-volume"));
        await docker.Containers.RemoveContainerAsync(id, new() { Force = true });
        await docker.Volumes.RemoveAsync("dotnet-volume");
    }),
    ("images: pull, tag, push, history, remove", async () =>
    {
        var lines = new List<JSONMessage>();
        await docker.Images.CreateImageAsync(new() { FromImage = image, Tag = "latest" }, null, new Progress<JSONMessage>(lines.Add));
        await docker.Images.TagImageAsync(image, new() { RepositoryName = registry + "/dotnet/pushed", Tag = "1" });
        string? failure = null;
        await docker.Images.PushImageAsync(registry + "/dotnet/pushed", new() { Tag = "1" }, new AuthConfig(), new Progress<JSONMessage>(line => failure ??= line.ErrorMessage));
        Same(null, failure);
        Same(true, (await docker.Images.GetImageHistoryAsync(image)).Count > 0);
        await docker.Images.DeleteImageAsync(registry + "/dotnet/pushed:1", new());
        await RefusedAsync(System.Net.HttpStatusCode.NotFound, () => docker.Images.InspectImageAsync(registry + "/dotnet/pushed:1"));
    }),
    ("events", async () =>
    {
        var seen = new List<string>();
        using var stop = new CancellationTokenSource();
        var events = docker.System.MonitorEventsAsync(new() { Filters = mine }, new Progress<Message>(message => { lock (seen) { seen.Add(message.Action); } }), stop.Token);
        await Task.Delay(300);
        var id = await StartAsync(["true"]);
        await docker.Containers.WaitContainerAsync(id);
        await docker.Containers.RemoveContainerAsync(id, new());
        await Task.Delay(500);
        await stop.CancelAsync();
        await events.ContinueWith(_ => { }, TaskScheduler.Default);
        Same("create start die destroy", string.Join(' ', seen));
    }),
    ("prune", async () =>
    {
        var id = await StartAsync(["true"]);
        await docker.Containers.WaitContainerAsync(id);
        Same(true, (await docker.Containers.PruneContainersAsync(new() { Filters = mine })).ContainersDeleted.Contains(id));
    }),
], async () =>
{
    foreach (var container in await docker.Containers.ListContainersAsync(new() { All = true, Filters = mine }))
    {
        await docker.Containers.RemoveContainerAsync(container.ID, new() { Force = true, RemoveVolumes = true });
    }
});
