using Gantry.Api.Exec;
using Gantry.Client;
using Gantry.Compose.Loading;
using Gantry.Compose.Model;
using Gantry.Compose.Planning;
using Gantry.Core;

namespace Gantry.Compose.Execution;

/// <summary>Runs a service's <c>post_start</c> and <c>pre_stop</c> commands in its containers.</summary>
internal sealed class Hooks(GantryClient client)
{
    public Task AfterStartAsync(Service service, string container, CancellationToken cancellationToken) => RunAsync(service, "post_start", container, cancellationToken);

    public Task BeforeStopAsync(Service service, string container, CancellationToken cancellationToken) => RunAsync(service, "pre_stop", container, cancellationToken);

    private async Task RunAsync(Service service, string kind, string container, CancellationToken cancellationToken)
    {
        foreach (var hook in service.Definition[kind].Items)
        {
            var id = await client.Exec.CreateAsync(
                container,
                new ExecCreateRequest
                {
                    Cmd = hook.Get("command").Texts,
                    User = hook.Get("user").Text ?? "",
                    Privileged = hook.Get("privileged").IsTrue,
                    WorkingDir = hook.Get("working_dir").Text ?? "",
                    Env = ContainerSpecification.Environment(hook.Get("environment")),
                    AttachStdout = true,
                    AttachStderr = true,
                },
                cancellationToken).ConfigureAwait(false);
            await using (var stream = await client.Exec.StartAttachedAsync(id, new ExecStartRequest(), cancellationToken).ConfigureAwait(false))
            {
                await stream.CopyToAsync(Stream.Null, cancellationToken).ConfigureAwait(false);
            }

            if ((await client.Exec.InspectAsync(id, cancellationToken).ConfigureAwait(false)).ExitCode is { } code and not 0)
            {
                throw new GantryException(ErrorKind.Internal, $"{service.Name}: {kind} hook exited with status {code}");
            }
        }
    }
}
