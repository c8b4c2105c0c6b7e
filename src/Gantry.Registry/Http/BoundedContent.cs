namespace Gantry.Registry;

/// <summary>Bodies that are read whole: never more than a limit, whatever the other side sends.</summary>
internal static class BoundedContent
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>Null when the body is longer, breaks off or does not end.</summary>
    public static async Task<byte[]?> ReadAsync(HttpResponseMessage response, int limit, CancellationToken cancellationToken)
    {
        using var guard = new StallGuard(Patience, cancellationToken);
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
            await using var _ = stream.ConfigureAwait(false);
            using var body = new MemoryStream();
            var buffer = new byte[16 << 10];
            for (int read; (read = await stream.ReadAsync(buffer, guard.Token).ConfigureAwait(false)) > 0;)
            {
                if (body.Length + read > limit)
                {
                    return null;
                }

                body.Write(buffer, 0, read);
            }

            return body.ToArray();
        }
        catch (Exception e) when (e is IOException or HttpRequestException || (e is OperationCanceledException && guard.Stalled))
        {
            return null;
        }
    }
}
