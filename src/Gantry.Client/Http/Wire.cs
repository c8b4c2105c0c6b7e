namespace Gantry.Client.Http;

/// <summary>An open connection: bytes both ways, each direction closed on its own.</summary>
/// <param name="CloseWriteAsync">Ends our direction and leaves the other open; throws as a write does when the other side is gone.</param>
internal sealed record Wire(Stream Stream, Func<Task> CloseWriteAsync);
