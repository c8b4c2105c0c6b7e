using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace Gantry.Stack.Tests;

/// <summary>The main job: one command brings five servers up, and they keep answering.</summary>
[Trait("Ring", "stack")]
public sealed class StackTests(StackFixture stack)
{
    [Fact]
    public async Task All_five_are_healthy()
    {
        var status = (await stack.GantryAsync("ps", "--format", "{{.Names}} {{.Status}}")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(5, status.Length);
        Assert.All(status, line => Assert.EndsWith("(healthy)", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Ten_requests_are_answered_five_times_by_each_application_server()
    {
        using var http = new HttpClient { BaseAddress = stack.Http };
        Dictionary<string, int> answers = [];
        for (var i = 0; i < 10; i++)
        {
            var who = await http.GetFromJsonAsync<JsonElement>("/api/whoami");
            var instance = who.GetProperty("instance").GetString()!;
            answers[instance] = answers.GetValueOrDefault(instance) + 1;
        }

        Assert.Equal([5, 5], answers.Values);
    }

    [Fact]
    public async Task Page_and_API_also_answer_over_HTTPS()
    {
        using var handler = new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, certificate, _, _) => certificate is not null };
        using var http = new HttpClient(handler) { BaseAddress = stack.Https };
        Assert.Contains("<title>", await http.GetStringAsync("/"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync("/api/whoami")).StatusCode);
    }

    [Fact]
    public async Task The_page_works_in_a_browser()
    {
        var profile = Directory.CreateTempSubdirectory("gantry-chromium-").FullName;
        var (code, dom) = await Shell.RunAsync("chromium",
            ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", $"--user-data-dir={profile}", "--virtual-time-budget=6000", "--dump-dom", stack.Http.ToString()]);
        Directory.Delete(profile, recursive: true);
        Assert.Equal(0, code);
        var servers = (await stack.ContainersAsync()).Where(pair => pair.Key.Contains("-api-", StringComparison.Ordinal)).Select(pair => pair.Value[..12]);
        Assert.All(servers, id => Assert.Contains(id, dom, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stopping_an_application_server_under_load_loses_no_request()
    {
        await using (var load = new Load(stack.Http, 8))
        {
            await Task.Delay(1000);
            await stack.GantryAsync("stop", "stack-api-1");
            await Task.Delay(1000);
            await stack.GantryAsync("start", "stack-api-1");
            await Task.Delay(3000);
            await load.StopAsync();
            Assert.Empty(load.Lost);
            Assert.True(load.Answered > 100, $"only {load.Answered} requests were made");
        }

        await Ten_requests_are_answered_five_times_by_each_application_server();
    }

    [Fact]
    public async Task Killing_the_daemon_under_load_loses_no_request_and_no_container()
    {
        var before = await stack.ContainersAsync();
        await using (var load = new Load(stack.Http, 8))
        {
            await Task.Delay(500);
            await stack.KillDaemonAsync();
            await Task.Delay(1500);
            var (code, output) = await stack.UpAsync();
            Assert.True(code == 0, output);
            await Task.Delay(500);
            await load.StopAsync();
            Assert.Empty(load.Lost);
            Assert.True(load.Answered > 100, $"only {load.Answered} requests were made");
        }

        Assert.Equal(before, await stack.ContainersAsync());
        await stack.GantryAsync("exec", "stack-api-1", "api", "probe", "http://127.0.0.1:8080/healthz");
        Assert.Contains("/api/whoami", await stack.GantryAsync("logs", "--tail", "50", "stack-proxy-1"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_up_changes_nothing_and_takes_seconds()
    {
        var before = await stack.ContainersAsync();
        var clock = Stopwatch.StartNew();
        var (code, output) = await stack.UpAsync();
        Assert.True(code == 0, output);
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(20), $"took {clock.Elapsed}");
        Assert.Equal(before, await stack.ContainersAsync());
    }

    [Fact]
    public async Task An_edit_of_one_file_replaces_only_that_server()
    {
        var before = await stack.ContainersAsync();
        var page = Path.Combine(stack.Checkout, "stack/web/site/index.html");
        await File.WriteAllTextAsync(page, (await File.ReadAllTextAsync(page)).Replace("</title>", " (edited)</title>", StringComparison.Ordinal));
        var (code, output) = await stack.UpAsync();
        Assert.True(code == 0, output);
        var after = await stack.ContainersAsync();
        Assert.Equal(["stack-web-1"], after.Where(pair => before[pair.Key] != pair.Value).Select(pair => pair.Key));
        Assert.DoesNotContain("ILC", output, StringComparison.Ordinal);
        using var http = new HttpClient { BaseAddress = stack.Http };
        Assert.Contains("(edited)</title>", await http.GetStringAsync("/"), StringComparison.Ordinal);
    }
}
