using Gantry.Api;
using Gantry.Api.Containers;
using Gantry.Api.Exec;
using Gantry.Core;
using Gantry.Daemon.Http;
using Gantry.Daemon.Mapping;
using Gantry.Engine;
using Gantry.Engine.Containers;
using Gantry.Engine.Execs;
using Gantry.Runtime;

namespace Gantry.Daemon.Endpoints;

/// <summary>Processes run inside containers.</summary>
internal sealed class ExecEndpoints(GantryEngine engine)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/containers/{name}/exec", CreateAsync);
        routes.MapPost("/exec/{name}/start", StartAsync);
        routes.MapPost("/exec/{name}/resize", ResizeAsync);
        routes.MapGet("/exec/{name}/json", InspectAsync);
    }

    private async Task CreateAsync(HttpContext http)
    {
        var body = await http.Request.ReadOptionalJsonAsync(DockerJson.Wire.ExecCreateRequest) ?? new ExecCreateRequest();
        if (body.Cmd.OrEmpty().Count == 0)
        {
            throw GantryException.Invalid("No exec command specified");
        }

        var settings = ToSettings(body) with { ConsoleSize = http.Version.AtLeast(42) ? Size(body.ConsoleSize) : null };
        var id = await engine.Execs.CreateAsync(http.Name, settings, http.RequestAborted);
        await http.Response.WriteJsonAsync(new IdResponse { Id = id }, DockerJson.Wire.IdResponse, StatusCodes.Status201Created);
    }

    private async Task StartAsync(HttpContext http)
    {
        var body = await http.Request.ReadOptionalJsonAsync(DockerJson.Wire.ExecStartRequest) ?? new ExecStartRequest();
        if (body.Detach)
        {
            await engine.Execs.StartDetachedAsync(http.Name, http.RequestAborted);
            return;
        }

        var exec = engine.Execs.Get(http.Name);
        var container = engine.Containers.Get(exec.ContainerId.ToString());
        if (!container.IsRunning)
        {
            throw GantryException.Conflict($"container {container.Id} is not running");
        }

        if (container.State.Status == ContainerStatus.Paused)
        {
            throw GantryException.Conflict($"Container {container.Id} is paused, unpause the container before exec");
        }

        // As with Docker, the start decides how the client reads; what the process has was decided when it was created.
        var size = body.Tty && http.Version.AtLeast(42) ? Size(body.ConsoleSize) : null;
        await http.HijackAsync(body.Tty, () => engine.Execs.StartAsync(exec.Id, body.Tty, size, CancellationToken.None));
    }

    private async Task ResizeAsync(HttpContext http)
    {
        await engine.Execs.ResizeAsync(http.Name, http.Query.TerminalSize(), http.RequestAborted);
    }

    private Task InspectAsync(HttpContext http)
    {
        var exec = engine.Execs.Get(http.Name);
        var settings = exec.Settings;
        var answer = new ExecInspectResponse
        {
            ID = exec.Id,
            Running = exec.Running,
            ExitCode = exec.ExitCode,
            ProcessConfig = new ExecProcessConfig
            {
                Tty = settings.Tty,
                Entrypoint = settings.Cmd[0],
                Arguments = [.. settings.Cmd.Skip(1)],
                Privileged = settings.Privileged,
                User = settings.User.Length > 0 ? settings.User : null,
            },
            OpenStdin = settings.AttachStdin,
            OpenStderr = settings.AttachStderr,
            OpenStdout = settings.AttachStdout,
            ContainerID = exec.ContainerId.ToString(),
            DetachKeys = settings.DetachKeys ?? "",
            Pid = exec.Pid,
        };
        return http.Response.WriteJsonAsync(answer, DockerJson.Wire.ExecInspectResponse);
    }

    private static ExecSettings ToSettings(ExecCreateRequest wire) => new()
    {
        Cmd = wire.Cmd.OrEmpty(),
        Env = wire.Env.OrEmpty(),
        User = wire.User ?? "",
        WorkingDir = wire.WorkingDir ?? "",
        Tty = wire.Tty,
        AttachStdin = wire.AttachStdin,
        AttachStdout = wire.AttachStdout,
        AttachStderr = wire.AttachStderr,
        Privileged = wire.Privileged,
        DetachKeys = wire.DetachKeys is { Length: > 0 } keys ? keys : null,
    };

    private static TerminalSize? Size(IReadOnlyList<int>? heightAndWidth) =>
        heightAndWidth is [> 0 and var height, > 0 and var width] ? new TerminalSize(width, height) : null;
}
