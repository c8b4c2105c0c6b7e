using Gantry.Client;
using Gantry.Compose.Model;
using Gantry.Compose.Output;
using Gantry.Compose.Planning;
using Gantry.Core;

namespace Gantry.Compose.Execution;

/// <summary>Pulls and builds what a plan asks for.</summary>
internal sealed class ImageWork(GantryClient client, ComposeHost host, Progress progress)
{
    public required BuildWork Builds { get; init; }

    public async Task ApplyAsync(IReadOnlyList<ImageStep> steps, CancellationToken cancellationToken)
    {
        await Task.WhenAll(steps.Where(step => step.Action == ImageAction.Pull).Select(step => PullAsync(step.Service, step.Optional, cancellationToken))).ConfigureAwait(false);
        await Builds.BuildAsync([.. steps.Where(step => step.Action == ImageAction.Build).Select(step => step.Service)], cancellationToken).ConfigureAwait(false);
    }

    public async Task PullAsync(Service service, bool optional, CancellationToken cancellationToken)
    {
        var subject = service.Name;
        progress.Working(subject, "Pulling");
        try
        {
            var reference = ImageReference.Parse(service.Image).WithDefaultTag();
            var credentials = await host.FindCredentials(reference.Domain, cancellationToken).ConfigureAwait(false);
            var tag = reference.Digest?.ToString() ?? reference.Tag;
            await foreach (var line in client.Images.PullAsync(reference.FamiliarName, tag, service.Platform, credentials, cancellationToken).ConfigureAwait(false))
            {
                if ((line.ErrorDetail?.Message ?? line.Error) is { } error)
                {
                    throw new GantryException(ErrorKind.Internal, error);
                }
            }

            progress.Done(subject, "Pulled");
        }
        catch (GantryException problem)
        {
            progress.Report(subject, optional ? $"Warning {problem.Message}" : $"Error {problem.Message}", optional ? ProgressState.Warning : ProgressState.Failed);
            if (!optional)
            {
                throw;
            }
        }
        catch (FormatException problem)
        {
            throw GantryException.Invalid($"service \"{service.Name}\": image {service.Image}: {problem.Message}");
        }
    }
}
