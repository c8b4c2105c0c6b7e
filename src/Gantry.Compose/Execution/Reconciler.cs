using System.Collections.Concurrent;
using Gantry.Api.Networks;
using Gantry.Api.Volumes;
using Gantry.Client;
using Gantry.Compose.Model;
using Gantry.Compose.Output;
using Gantry.Compose.Planning;
using Gantry.Core;

namespace Gantry.Compose.Execution;

/// <summary>Executes a plan's networks, volumes and containers, in dependency order and otherwise at once.</summary>
internal sealed class Reconciler(GantryClient client, Project project, ObservedState state, Progress progress)
{
    private readonly ConcurrentDictionary<string, IReadOnlyList<(string Id, string Name)>> containers = new(StringComparer.Ordinal);

    public required ContainerWork Work { get; init; }

    public bool NoStart { get; init; }

    /// <summary>New containers get new anonymous volumes (<c>-V</c>).</summary>
    public bool RenewVolumes { get; init; }

    /// <summary>Containers of a service after the plan was executed.</summary>
    public IReadOnlyList<(string Id, string Name)> ContainersOf(string service) =>
        containers.GetValueOrDefault(service) ?? [.. state.Of(service).Select(container => (container.Id, container.Name))];

    public async Task ApplyAsync(Plan plan, CancellationToken cancellationToken)
    {
        await Task.WhenAll(plan.Orphans.Select(container => Work.StopAndRemoveAsync(container, volumes: false, cancellationToken))).ConfigureAwait(false);
        await Task.WhenAll(
            Task.WhenAll(plan.Networks.Select(step => NetworkAsync(step, cancellationToken))),
            Task.WhenAll(plan.Volumes.Select(step => VolumeAsync(step.Volume, cancellationToken)))).ConfigureAwait(false);
        var plans = plan.Services.ToDictionary(service => service.Service.Name, StringComparer.Ordinal);
        IReadOnlyList<Service> services = [.. plan.Services.Select(service => service.Service)];

        // All are made before any is started: what the daemon refuses shows before something runs.
        await ServiceGraph.WalkAsync(services, reverse: false, (service, stop) => PrepareAsync(plans[service.Name], stop), cancellationToken).ConfigureAwait(false);
        if (!NoStart)
        {
            await ServiceGraph.WalkAsync(services, reverse: false, (service, stop) => StartAsync(plans[service.Name], stop), cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task PrepareAsync(ServicePlan plan, CancellationToken cancellationToken)
    {
        await Task.WhenAll(plan.Steps.Where(step => step.Action == ContainerAction.Remove).Select(step => Work.StopAndRemoveAsync(step.Existing!, volumes: false, cancellationToken))).ConfigureAwait(false);
        containers[plan.Service.Name] = await Task.WhenAll(plan.Steps.Where(step => step.Action != ContainerAction.Remove).Select(async step =>
            (await PrepareAsync(plan.Service, step, cancellationToken).ConfigureAwait(false), step.Name))).ConfigureAwait(false);
    }

    // The container's ID once it exists as it should.
    private async Task<string> PrepareAsync(Service service, ContainerStep step, CancellationToken cancellationToken)
    {
        switch (step.Action)
        {
            case ContainerAction.Create:
                return await CreateAsync(service, step, step.Name, null, cancellationToken).ConfigureAwait(false);
            case ContainerAction.Recreate:
                return await RecreateAsync(service, step, cancellationToken).ConfigureAwait(false);
            case ContainerAction.Keep:
                progress.Done($"Container {step.Name}", step.Existing!.IsRunning ? "Running" : "Created");
                return step.Existing.Id;
            default:
                return step.Existing!.Id;
        }
    }

    private async Task StartAsync(ServicePlan plan, CancellationToken cancellationToken)
    {
        var steps = plan.Steps.Where(step => step.Action is not ContainerAction.Remove).Zip(containers[plan.Service.Name])
            .Where(pair => pair.First.Action is not ContainerAction.Keep).ToList();
        if (steps.Count == 0)
        {
            return;
        }

        await DependenciesAsync(plan.Service, cancellationToken).ConfigureAwait(false);
        await Task.WhenAll(steps.Select(async pair =>
        {
            if (pair.First.Action == ContainerAction.Restart)
            {
                await Work.RestartAsync(pair.First.Existing!, cancellationToken).ConfigureAwait(false);
                return;
            }

            await Work.StartAsync(pair.Second.Id, pair.Second.Name, cancellationToken).ConfigureAwait(false);
            await new Hooks(client).AfterStartAsync(plan.Service, pair.Second.Id, cancellationToken).ConfigureAwait(false);
        })).ConfigureAwait(false);
    }

    private async Task DependenciesAsync(Service service, CancellationToken cancellationToken)
    {
        var wait = new DependencyWait(client, progress);
        try
        {
            await Task.WhenAll(service.DependsOn.Select(dependency => wait.ForAsync(dependency, ContainersOf(dependency.Service), cancellationToken))).ConfigureAwait(false);
        }
        catch (GantryException problem)
        {
            throw new GantryException(problem.Kind, $"dependency failed to start: {problem.Message}", problem);
        }
    }

    // The new one is made before the old one goes, so that a definition the daemon refuses leaves the old one running.
    private async Task<string> RecreateAsync(Service service, ContainerStep step, CancellationToken cancellationToken)
    {
        var old = step.Existing!;
        progress.Working($"Container {step.Name}", "Recreate");
        var target = service.ContainerName ?? step.Name;
        var temporary = old.Name == target || state.Containers.Any(container => container.Name == target) ? $"{old.ShortId}_{target}" : target;
        var id = await CreateAsync(service, step, temporary, old, cancellationToken).ConfigureAwait(false);
        try
        {
            // From here the old container is on its way out: being asked to stop no longer counts.
            if (old.State is "running" or "restarting" or "paused")
            {
                await client.Containers.StopAsync(old.Id, Work.Timeout is { } timeout ? (int)timeout.TotalSeconds : null, null, CancellationToken.None).ConfigureAwait(false);
            }

            await client.Containers.RemoveAsync(old.Id, new ContainerRemoveOptions { Force = true, Volumes = RenewVolumes }, CancellationToken.None).ConfigureAwait(false);
            if (temporary != target)
            {
                await client.Containers.RenameAsync(id, target, CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (GantryException problem) when (problem.Kind is not (ErrorKind.NotModified or ErrorKind.NotFound))
        {
            await client.Containers.RemoveAsync(id, new ContainerRemoveOptions { Force = true }, CancellationToken.None).ConfigureAwait(false);
            throw;
        }

        progress.Done($"Container {step.Name}", "Recreated");
        return id;
    }

    private async Task<string> CreateAsync(Service service, ContainerStep step, string name, ObservedContainer? old, CancellationToken cancellationToken)
    {
        if (old is null)
        {
            progress.Working($"Container {step.Name}", "Creating");
        }

        try
        {
            var request = ContainerSpecification.Make(
                project, service, step.Number, step.Name, state.Images.GetValueOrDefault(service.Image), Ids, RenewVolumes ? null : old);
            var response = await client.Containers.CreateAsync(request, name, service.Platform, cancellationToken).ConfigureAwait(false);
            await new FileInjection(client).AddAsync(project, service, response.Id, cancellationToken).ConfigureAwait(false);
            if (old is null)
            {
                progress.Done($"Container {step.Name}", "Created");
            }

            return response.Id;
        }
        catch (GantryException)
        {
            progress.Report($"Container {step.Name}", "Error", ProgressState.Failed);
            throw;
        }
    }

    private IReadOnlyList<string> Ids(string service) => ContainersOf(service) is { Count: > 0 } found
        ? [.. found.Select(container => container.Id)]
        : throw GantryException.NotFound($"service \"{service}\" has no container to share with");

    private async Task NetworkAsync(NetworkStep step, CancellationToken cancellationToken)
    {
        var subject = $"Network {step.Network.Name}";
        if (step.Replace)
        {
            progress.Working(subject, "Removing");
            await DisconnectAllAsync(step.Network, cancellationToken).ConfigureAwait(false);
            await client.Networks.RemoveAsync(step.Network.Name, cancellationToken).ConfigureAwait(false);
        }

        progress.Working(subject, "Creating");
        try
        {
            await client.Networks.CreateAsync(NetworkSpecification.Create(project, step.Network), cancellationToken).ConfigureAwait(false);
        }
        catch (GantryException problem)
        {
            progress.Report(subject, "Error", ProgressState.Failed);
            throw new GantryException(problem.Kind, $"failed to create network {step.Network.Name}: {problem.Message}", problem);
        }

        progress.Done(subject, "Created");
    }

    private async Task DisconnectAllAsync(NetworkDefinition network, CancellationToken cancellationToken)
    {
        foreach (var container in state.Containers.Where(container => container.Summary.NetworkSettings?.Networks?.ContainsKey(network.Name) == true))
        {
            await client.Networks.DisconnectAsync(network.Name, new NetworkDisconnectRequest { Container = container.Id, Force = true }, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task VolumeAsync(VolumeDefinition volume, CancellationToken cancellationToken)
    {
        progress.Working($"Volume {volume.Name}", "Creating");
        var labels = new Dictionary<string, string>(volume.Labels ?? new Dictionary<string, string>(), StringComparer.Ordinal)
        {
            [Labels.Project] = project.Name,
            [Labels.Volume] = volume.Key,
            [Labels.Version] = Labels.OurVersion,
            [Labels.ConfigHash] = volume.ConfigHash,
        };
        await client.Volumes.CreateAsync(
            new VolumeCreateRequest { Name = volume.Name, Driver = volume.Driver ?? "local", DriverOpts = volume.DriverOptions, Labels = labels }, cancellationToken).ConfigureAwait(false);
        progress.Done($"Volume {volume.Name}", "Created");
    }
}
