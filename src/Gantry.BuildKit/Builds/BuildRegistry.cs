using System.Collections.Concurrent;
using Gantry.Core;

namespace Gantry.BuildKit.Builds;

/// <summary>The builds under way, by the reference that the client chose.</summary>
internal sealed class BuildRegistry
{
    // Status, Solve and the gateway's calls come in any order.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, BuildJob> jobs = new();

    public BuildJob GetOrAdd(string reference) => jobs.GetOrAdd(reference, static name => new BuildJob(name, TimeProvider.System));

    public void Remove(string reference, BuildJob job) => jobs.TryRemove(new(reference, job));

    /// <summary>The build, once its Solve has come.</summary>
    /// <exception cref="GantryException">NotFound when it does not.</exception>
    public async Task<BuildJob> GetAcceptedAsync(string reference, CancellationToken cancellationToken)
    {
        var job = GetOrAdd(reference);
        try
        {
            await job.Accepted.WaitAsync(Patience, cancellationToken);
            return job;
        }
        catch (TimeoutException)
        {
            Remove(reference, job);
            throw GantryException.NotFound($"no such job {reference}");
        }
    }
}
