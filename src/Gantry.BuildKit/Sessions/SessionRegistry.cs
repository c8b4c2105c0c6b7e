using System.Collections.Concurrent;
using Gantry.Core;

namespace Gantry.BuildKit.Sessions;

/// <summary>The clients that let themselves be called, by session id.</summary>
internal sealed class SessionRegistry
{
    // A build may be asked for before its session has arrived.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, TaskCompletionSource<ClientSession>> sessions = new();

    public async Task ServeAsync(string id, Stream connection, CancellationToken ended)
    {
        using var session = new ClientSession(connection);
        var entry = sessions.GetOrAdd(id, NewEntry);
        if (!entry.TrySetResult(session))
        {
            throw GantryException.Conflict($"session {id} already exists");
        }

        try
        {
            await session.Closed.WaitAsync(ended);
        }
        catch (OperationCanceledException)
        {
        }
        finally
        {
            sessions.TryRemove(new(id, entry));
        }
    }

    /// <exception cref="GantryException">Unavailable when it does not come.</exception>
    public async Task<ClientSession> GetAsync(string id, CancellationToken cancellationToken)
    {
        var entry = sessions.GetOrAdd(id, NewEntry);
        try
        {
            return await entry.Task.WaitAsync(Patience, cancellationToken);
        }
        catch (TimeoutException)
        {
            sessions.TryRemove(new(id, entry));
            throw new GantryException(ErrorKind.Unavailable, $"no active session for {id}: context deadline exceeded");
        }
    }

    private static TaskCompletionSource<ClientSession> NewEntry(string id) => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
