using Gantry.Compose.Commands;
using Gantry.Compose.Model;
using Gantry.Compose.Planning;
using Gantry.Core;

namespace Gantry.Compose.Execution;

/// <param name="Services">All that were brought up, dependencies first.</param>
internal sealed record UpResult(IReadOnlyList<Service> Services, IReadOnlyList<UpContainer> Containers);

/// <param name="IsNew">It was made just now: all it says belongs to this run.</param>
internal sealed record UpContainer(string Id, string Name, string Service, bool IsNew);

/// <summary>The whole of <c>up</c>, short of attaching: observe, get images, plan, execute.</summary>
internal sealed class UpWork(ComposeContext context, Project project, PlanOptions options)
{
    public TimeSpan? Timeout { get; init; }

    public bool RenewVolumes { get; init; }

    public bool Quiet { get; init; }

    /// <summary>Containers beyond the scale stay (<c>run</c> asks for none of its own service).</summary>
    public bool KeepSurplus { get; init; }

    public BuildWorkOptions Builds { get; init; } = new();

    public async Task<UpResult> RunAsync(CancellationToken cancellationToken)
    {
        var services = ServiceGraph.Select(project, options.Services, !options.WithoutDependencies);
        var state = await StateReader.ReadAsync(context.Client, project, services, cancellationToken).ConfigureAwait(false);
        var images = ImagePlanner.Make(services, state, options);
        if (images.Count > 0)
        {
            await GetImagesAsync(images, cancellationToken).ConfigureAwait(false);
            var found = await StateReader.ImagesAsync(context.Client, [.. services.Select(service => service.Image)], cancellationToken).ConfigureAwait(false);
            state = state with { Images = found };
        }

        if (services.FirstOrDefault(service => !state.Images.ContainsKey(service.Image) && service.Definition["provider"] is null) is { } without)
        {
            throw GantryException.NotFound(without.Build is null
                ? $"No such image: {without.Image}"
                : $"no image for service \"{without.Name}\": {without.Image} is not there and may not be built");
        }

        var plan = Planner.Make(project, state, options with { Build = false, Pull = "never" });
        plan = plan with { Services = [.. plan.Services.Where(service => service.Service.Definition["provider"] is null)] };
        if (KeepSurplus)
        {
            plan = plan with { Services = [.. plan.Services.Select(service => service with { Steps = [.. service.Steps.Where(step => step.Action != ContainerAction.Remove)] })] };
        }

        foreach (var warning in plan.Warnings)
        {
            context.Warn(warning);
        }

        return await ExecuteAsync(plan, state, cancellationToken).ConfigureAwait(false);
    }

    private async Task GetImagesAsync(IReadOnlyList<ImageStep> steps, CancellationToken cancellationToken)
    {
        // Builds draw for themselves; two writers on one terminal would garble each other.
        await using (var progress = context.CreateProgress("Pulling", Quiet))
        {
            var builds = new BuildWork(context.Client, context.Host, progress, Builds);
            await new ImageWork(context.Client, context.Host, progress) { Builds = builds }
                .ApplyAsync([.. steps.Where(step => step.Action == ImageAction.Pull)], cancellationToken).ConfigureAwait(false);
        }

        await using var done = context.CreateProgress("Building", steps.All(step => step.Action == ImageAction.Pull));
        await new BuildWork(context.Client, context.Host, done, Builds)
            .BuildAsync([.. steps.Where(step => step.Action == ImageAction.Build).Select(step => step.Service)], cancellationToken).ConfigureAwait(false);
    }

    private async Task<UpResult> ExecuteAsync(Plan plan, ObservedState state, CancellationToken cancellationToken)
    {
        await using var progress = context.CreateProgress("Running");
        var work = new ContainerWork(context.Client, progress) { Timeout = Timeout };
        var reconciler = new Reconciler(context.Client, project, state, progress) { Work = work, NoStart = options.NoStart, RenewVolumes = RenewVolumes };
        await reconciler.ApplyAsync(plan, cancellationToken).ConfigureAwait(false);
        var before = state.Containers.Select(container => container.Id).ToHashSet(StringComparer.Ordinal);
        return new UpResult(
            [.. plan.Services.Select(service => service.Service)],
            [.. plan.Services.SelectMany(service => reconciler.ContainersOf(service.Service.Name)
                .Select(container => new UpContainer(container.Id, container.Name, service.Service.Name, !before.Contains(container.Id))))]);
    }
}
