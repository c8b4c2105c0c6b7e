using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Gantry.Client.Streams;

/// <summary>Reads a stream of JSON values, one a line, each as soon as its line is complete.</summary>
public static class JsonLines
{
    public static async IAsyncEnumerable<T> ReadAsync<T>(Stream source, JsonTypeInfo<T> type, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var buffer = new byte[16 * 1024];
        int start = 0, end = 0;
        while (true)
        {
            var line = buffer.AsMemory(start, end - start);
            var length = line.Span.IndexOf((byte)'\n');
            if (length >= 0)
            {
                start += length + 1;
                if (!line.Span[..length].Trim("\r \t"u8).IsEmpty)
                {
                    yield return JsonSerializer.Deserialize(line.Span[..length], type)!;
                }

                continue;
            }

            line.CopyTo(buffer);
            (start, end) = (0, line.Length);
            if (end == buffer.Length)
            {
                Array.Resize(ref buffer, buffer.Length * 2);
            }

            var count = await source.ReadAsync(buffer.AsMemory(end), cancellationToken).ConfigureAwait(false);
            if (count == 0)
            {
                break;
            }

            end += count;
        }

        if (!buffer.AsSpan(0, end).Trim("\r \t"u8).IsEmpty)
        {
            yield return JsonSerializer.Deserialize(buffer.AsSpan(0, end), type)!;
        }
    }
}
