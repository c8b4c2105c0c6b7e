namespace Gantry.Registry;

/// <summary>The body of an answer, while it arrives.</summary>
/// <param name="Length">Bytes, null when the server did not say.</param>
/// <param name="MediaType">Without parameters; empty when the server did not say.</param>
public sealed record WebContent(Uri Address, Stream Body, long? Length, string MediaType) : IAsyncDisposable
{
    internal IDisposable? Owner { get; init; }

    public async ValueTask DisposeAsync()
    {
        await Body.DisposeAsync().ConfigureAwait(false);
        Owner?.Dispose();
    }
}
