using System.Collections.Concurrent;
using Gantry.BuildKit.Messages.Frontend;
using Gantry.Images;

namespace Gantry.BuildKit.Builds;

/// <summary>One build of a client, from its Solve or its first Status on.</summary>
internal sealed class BuildJob(string reference, TimeProvider clock)
{
    private readonly TaskCompletionSource<Messages.SolveRequest> accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ReturnRequest> returned = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<string, Image> results = new();

    public BuildProgress Progress { get; } = new(reference, clock);

    /// <summary>The request, once Solve has come: calls of the gateway may overtake it.</summary>
    public Task<Messages.SolveRequest> Accepted => accepted.Task;

    /// <summary>What the client's own frontend came to.</summary>
    public Task<ReturnRequest> Returned => returned.Task;

    public bool TryAccept(Messages.SolveRequest request) => accepted.TrySetResult(request);

    public bool TryReturn(ReturnRequest result) => returned.TrySetResult(result);

    /// <summary>Keeps a result and returns its name.</summary>
    public string Keep(Image image)
    {
        var id = Guid.NewGuid().ToString("N");
        results[id] = image;
        return id;
    }

    /// <summary>Null for the empty result.</summary>
    public Image? Find(Result? result) => result?.ResultCase switch
    {
        Result.ResultOneofCase.Ref => results.GetValueOrDefault(result.Ref.Id),
        Result.ResultOneofCase.RefDeprecated => results.GetValueOrDefault(result.RefDeprecated),
        Result.ResultOneofCase.Refs when result.Refs.Refs.Count == 1 => results.GetValueOrDefault(result.Refs.Refs.Values.First().Id),
        _ => null,
    };
}
