using System.Net.Http.Json;

namespace Gantry.Stack.Tests;

/// <summary>A bounded load of GETs and POSTs that counts what was not answered well.</summary>
internal sealed class Load : IAsyncDisposable
{
    private static readonly object Parcel = new { weightKg = 2, lengthCm = 10, widthCm = 10, heightCm = 10, from = "DE", to = "FR", service = "standard" };
    private readonly CancellationTokenSource stop = new(TimeSpan.FromMinutes(2));
    private readonly Task[] clients;
    private int answered;

    public Load(Uri address, int count) => clients = [.. Enumerable.Range(0, count).Select(index => Task.Run(() => RunAsync(address, index)))];

    public int Answered => answered;

    public List<string> Lost { get; } = [];

    /// <summary>Ends the load; what was under way is still answered and counted.</summary>
    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(clients);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stop.Dispose();
    }

    private async Task RunAsync(Uri address, int index)
    {
        using var http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(20) };
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var response = index % 2 == 0 ? await http.GetAsync("/api/whoami") : await http.PostAsJsonAsync("/api/quotes", Parcel);
                _ = await response.Content.ReadAsByteArrayAsync();
                if (response.IsSuccessStatusCode)
                {
                    Interlocked.Increment(ref answered);
                }
                else
                {
                    Add($"status {(int)response.StatusCode}");
                }
            }
            catch (Exception exception)
            {
                Add(exception.Message);
            }

            await Task.Delay(2);
        }
    }

    private void Add(string failure)
    {
        lock (Lost)
        {
            Lost.Add(failure);
        }
    }
}
