using Gantry.Compose.Model;

namespace Gantry.Compose.Planning;

/// <summary>Which services a command concerns, and in what order.</summary>
internal static class ServiceGraph
{
    /// <summary>The named services with what they depend on; all when none is named. Dependencies come first.</summary>
    public static IReadOnlyList<Service> Select(Project project, IReadOnlyList<string> named, bool withDependencies)
    {
        var result = new List<Service>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var service in named.Count > 0 ? named.Select(project.GetService) : project.Services.Values)
        {
            Visit(service);
        }

        return named.Count > 0 && !withDependencies ? [.. result.Where(service => named.Contains(service.Name))] : result;

        void Visit(Service service)
        {
            if (!seen.Add(service.Name))
            {
                return;
            }

            foreach (var dependency in service.DependsOn)
            {
                if (project.Services.GetValueOrDefault(dependency.Service) is { } target)
                {
                    Visit(target);
                }
            }

            result.Add(service);
        }
    }

    /// <summary>
    /// Runs <paramref name="act"/> for each service as soon as all it depends on is done; with <paramref name="reverse"/> as
    /// soon as all that depends on it is. The first failure cancels the rest.
    /// </summary>
    public static async Task WalkAsync(
        IReadOnlyList<Service> services, bool reverse, Func<Service, CancellationToken, Task> act, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var tasks = new Dictionary<string, Task>(StringComparer.Ordinal);
        foreach (var service in reverse ? services.Reverse() : services)
        {
            var before = services.Where(other => reverse
                    ? other.DependsOn.Any(dependency => dependency.Service == service.Name)
                    : service.DependsOn.Any(dependency => dependency.Service == other.Name))
                .Select(other => tasks.GetValueOrDefault(other.Name)).OfType<Task>().ToList();
            tasks[service.Name] = RunAsync(service, before);
        }

        try
        {
            await Task.WhenAll(tasks.Values).ConfigureAwait(false);
        }
        catch when (tasks.Values.FirstOrDefault(task => task.IsFaulted) is { } failed && !cancellationToken.IsCancellationRequested)
        {
            // The cause rather than the cancellations that followed.
            await failed.ConfigureAwait(false);
        }

        async Task RunAsync(Service service, List<Task> before)
        {
            try
            {
                await Task.WhenAll(before).ConfigureAwait(false);
                await act(service, stop.Token).ConfigureAwait(false);
            }
            catch (Exception problem) when (problem is not OperationCanceledException)
            {
                await stop.CancelAsync().ConfigureAwait(false);
                throw;
            }
        }
    }
}
