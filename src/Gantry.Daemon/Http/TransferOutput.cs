using System.Globalization;
using System.Text.Json;
using Gantry.Api;
using Gantry.Api.Images;
using Gantry.Registry;

namespace Gantry.Daemon.Http;

/// <summary>A pull's or push's progress as a stream of JSON lines. What fails before the first line is answered with a status.</summary>
internal static class TransferOutput
{
    private const int BarWidth = 50;

    public static async Task WriteAsync(HttpContext http, Func<IProgress<TransferProgress>, Task> work)
    {
        var lines = new ProgressQueue<TransferProgress>(line => line.Bytes is { } bytes && bytes.Current < bytes.Total);
        var transfer = RunAsync();
        try
        {
            http.Response.ContentType = "application/json";
            await foreach (var line in lines.ReadAllAsync())
            {
                await http.Response.WriteLineAsync(ToMessage(line), DockerJson.Wire.JsonMessage);
            }

            await transfer;
        }
        catch (Exception error) when (error is not OperationCanceledException && http.Response.HasStarted)
        {
            await http.Response.WriteLineAsync(JsonMessage.Failed(ErrorText.Of(error)), DockerJson.Wire.JsonMessage);
        }
        finally
        {
            // When writing failed the client is gone; the transfer is cancelled with its request and still awaited.
            await transfer.ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }

        async Task RunAsync()
        {
            try
            {
                await work(lines);
            }
            finally
            {
                lines.Complete();
            }
        }
    }

    public static JsonMessage ToMessage(string status, string? id, (long Current, long Total)? bytes) => new()
    {
        Status = status,
        Id = id,
        ProgressDetail = bytes is { } counted ? new ProgressDetail { Current = counted.Current, Total = counted.Total } : id is null ? null : new ProgressDetail(),
        Progress = bytes is { } amount ? Bar(amount.Current, amount.Total) : null,
    };

    private static JsonMessage ToMessage(TransferProgress line) => line.Pushed is not { } pushed ? ToMessage(line.Status, line.Id, line.Bytes) : new()
    {
        ProgressDetail = new ProgressDetail(),
        Aux = JsonSerializer.SerializeToElement(new PushResult { Tag = pushed.Tag, Digest = pushed.Digest.ToString(), Size = pushed.Size }, DockerJson.Wire.PushResult),
    };

    // Docker's bar, for clients that do not draw one: [====>     ]  1.2MB/3MB
    private static string Bar(long current, long total)
    {
        if (total <= 0)
        {
            return Size(current);
        }

        var filled = (int)(Math.Clamp((double)current / total, 0, 1) * BarWidth);
        return $"[{new string('=', filled)}{(filled < BarWidth ? ">" : "")}{new string(' ', Math.Max(0, BarWidth - filled - 1))}]  {Size(current)}/{Size(total)}";
    }

    private static string Size(long bytes)
    {
        string[] units = ["B", "kB", "MB", "GB", "TB"];
        double value = bytes;
        var unit = 0;
        for (; value >= 1000 && unit < units.Length - 1; unit++)
        {
            value /= 1000;
        }

        return value.ToString("G4", CultureInfo.InvariantCulture) + units[unit];
    }
}
