using System.Text;

namespace Gantry.Runtime.Tests;

[Trait("Ring", "integration")]
public sealed class LogTests
{
    [Fact]
    public async Task Long_lines_come_in_pieces_of_16_KiB_and_bytes_survive()
    {
        await using var host = new TestHost();
        var (output, _) = await host.OutputAsync(host.Shell("head -c 40000 /dev/zero | tr '\\0' a; echo; printf 'q\"\\\\ \\001\\t<&> é \\342\\200\\250 \\377|\\nno end'"));
        var entries = await host.LogAsync();
        Assert.Equal([16384, 16384, 40001 - 32768], entries.Take(3).Select(entry => entry.Line.Length));
        Assert.Equal(["q\"\\ \u0001\t<&> é \u2028 \ufffd|\n", "no end"], entries.Skip(3).Select(TestHost.Text));
        Assert.Equal(entries.Select(entry => entry.TimeText).Order(), entries.Select(entry => entry.TimeText));
        foreach (var line in File.ReadLines(host.LogPath))
        {
            using var json = System.Text.Json.JsonDocument.Parse(line);
            Assert.Equal("stdout", json.RootElement.GetProperty("stream").GetString());
        }

        Assert.Equal(output, string.Concat(entries.Select(TestHost.Text)));
    }

    [Fact]
    public async Task A_full_file_is_rotated_and_the_oldest_dropped()
    {
        await using var host = new TestHost();
        await host.RunAsync(host.Shell("seq 1 3000") with { Log = new LogFile(host.LogPath, 100_000, 3) });
        Assert.Equal(["log.json", "log.json.1", "log.json.2"], Directory.GetFiles(host.Folder, "log.*").Select(Path.GetFileName).Order());
        Assert.All([".1", ".2"], suffix => Assert.InRange(new FileInfo(host.LogPath + suffix).Length, 100_000, 100_200));
        var numbers = (await host.LogAsync()).Select(entry => int.Parse(TestHost.Text(entry))).ToList();
        Assert.Equal(Enumerable.Range(numbers[0], numbers.Count), numbers);
        Assert.Equal(3000, numbers[^1]);
        Assert.Equal(["2999\n", "3000\n"], (await host.LogAsync(new LogQuery { Tail = 2 })).Select(TestHost.Text));
        Assert.Equal(2000, (await host.LogAsync(new LogQuery { Tail = 2000 })).Count);
        Assert.Empty(await host.LogAsync(new LogQuery { Tail = 0 }));
    }

    [Fact]
    public async Task Following_survives_rotation_and_ends_with_the_container()
    {
        await using var host = new TestHost();
        var spec = host.Shell("i=0; while [ $i -lt 2000 ]; do echo $i; i=$((i+1)); [ $((i % 50)) = 0 ] && sleep 0.01; done") with { Log = new LogFile(host.LogPath, 20_000, 4) };
        var container = await host.Runtime.CreateAsync(spec, default);
        await container.StartAsync(default);
        var seen = new List<int>();
        await foreach (var entry in JsonFileLog.ReadAsync(host.LogPath, new LogQuery { Follow = true }, container.Exited, default))
        {
            seen.Add(int.Parse(TestHost.Text(entry)));
        }

        Assert.Equal(Enumerable.Range(0, 2000), seen);
        await container.DeleteAsync(false, default);
    }

    [Fact]
    public async Task A_follower_slower_than_the_rotation_gets_every_line()
    {
        await using var host = new TestHost();
        var container = await host.Runtime.CreateAsync(host.Shell("for i in $(seq 0 19); do seq $((i * 10000 + 1)) $((i * 10000 + 10000)); sleep 0.1; done") with { Log = new LogFile(host.LogPath, 1_000_000, 3) }, default);
        await container.StartAsync(default);
        var expected = 0;
        await foreach (var entry in JsonFileLog.ReadAsync(host.LogPath, new LogQuery { Follow = true }, container.Exited, default))
        {
            expected += int.Parse(TestHost.Text(entry)) == expected + 1 ? 1 : 0;
            if (expected == 5000)
            {
                await Task.Delay(1500);
            }
        }

        Assert.Equal(200_000, expected);
        await container.DeleteAsync(false, default);
    }

    [Fact]
    public async Task What_follows_an_entry_is_found_by_its_time_text_whatever_the_clock_did()
    {
        await using var host = new TestHost();
        Write(host, [("stdout", "2026-01-01T00:00:03.1Z", "a\\n"), ("stdout", "2026-01-01T00:00:09Z", "b\\n")]);
        File.Move(host.LogPath, host.LogPath + ".1");
        Write(host, [("stdout", "2026-01-01T00:00:01Z", "c\\n"), ("stdout", "2026-01-01T00:00:02Z", "d\\n")]);
        Assert.Equal(["c\n", "d\n"], (await host.LogAsync(new LogQuery { After = "2026-01-01T00:00:09Z" })).Select(TestHost.Text));
        Assert.Equal(["d\n"], (await host.LogAsync(new LogQuery { After = "2026-01-01T00:00:01Z" })).Select(TestHost.Text));
        Assert.Empty(await host.LogAsync(new LogQuery { After = "2026-01-01T00:00:02Z" }));
        Assert.Equal(4, (await host.LogAsync(new LogQuery { After = "2025-01-01T00:00:02Z" })).Count);
    }

    [Fact]
    public async Task Since_until_and_streams_select()
    {
        await using var host = new TestHost();
        Write(host, [("stdout", "2026-01-01T00:00:01Z", "a\\n"), ("stderr", "2026-01-01T00:00:02.5Z", "b\\n"), ("stdout", "2026-01-01T00:00:03.123456789Z", "\\u00e9\\ud83d\\ude00\\n")]);
        File.AppendAllText(host.LogPath, "{\"log\":\"torn");
        Assert.Equal(["a\n", "b\n", "é😀\n"], (await host.LogAsync()).Select(TestHost.Text));
        Assert.Equal("2026-01-01T00:00:03.123456789Z", (await host.LogAsync())[2].TimeText);
        Assert.Equal(["b\n"], (await host.LogAsync(new LogQuery { Stdout = false })).Select(TestHost.Text));
        var two = new DateTimeOffset(2026, 1, 1, 0, 0, 2, TimeSpan.Zero);
        Assert.Equal(["b\n", "é😀\n"], (await host.LogAsync(new LogQuery { Since = two })).Select(TestHost.Text));
        Assert.Equal(["a\n"], (await host.LogAsync(new LogQuery { Until = two })).Select(TestHost.Text));
    }

    [Fact]
    public async Task Reading_is_fast()
    {
        await using var host = new TestHost();
        var record = Encoding.ASCII.GetBytes($"{{\"log\":\"{new string('x', 72)}\\n\",\"stream\":\"stdout\",\"time\":\"2026-01-01T00:00:03.123456789Z\"}}\n");
        using (var file = File.Create(host.LogPath))
        {
            for (var i = 0; i < 500_000; i++)
            {
                file.Write(record);
            }
        }

        var clock = System.Diagnostics.Stopwatch.StartNew();
        var count = 0;
        await foreach (var entry in JsonFileLog.ReadAsync(host.LogPath, new LogQuery(), Task.CompletedTask, default))
        {
            count += entry.Line.Length > 72 ? 1 : 0;
        }

        Assert.Equal(500_000, count);
        var rate = record.Length * 0.5 / clock.Elapsed.TotalSeconds;
        TestContext.Current.TestOutputHelper?.WriteLine($"{rate:F0} MB/s");
        Assert.True(rate > 5, $"{rate:F0} MB/s");
    }

    private static void Write(TestHost host, (string Stream, string Time, string Log)[] records) =>
        File.WriteAllLines(host.LogPath, records.Select(record => $$"""{"log":"{{record.Log}}","stream":"{{record.Stream}}","time":"{{record.Time}}"}"""));
}
