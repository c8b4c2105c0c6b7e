using System.Buffers.Binary;
using System.Text;

namespace Gantry.Runtime.Tests;

[Trait("Ring", "integration")]
public sealed class StreamTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Two_clients_attached_before_start_see_everything_and_then_the_end()
    {
        await using var host = new TestHost();
        var container = await host.Runtime.CreateAsync(host.Shell("seq 1 20000; echo bad >&2"), default);
        await using var first = await container.AttachAsync(AttachStreams.All, default);
        await using var second = await container.AttachAsync(AttachStreams.Stderr, default);
        await container.StartAsync(default);
        var expected = string.Concat(Enumerable.Range(1, 20000).Select(number => $"{number}\n"));
        var (stdout, stderr) = await FramesAsync(first);
        Assert.Equal((expected, "bad\n"), (stdout, stderr));
        Assert.Equal(("", "bad\n"), await FramesAsync(second));
        await container.Exited.WaitAsync(Soon);
        Assert.Equal(expected + "bad\n", string.Concat((await host.LogAsync()).OrderBy(entry => entry.Source).Select(TestHost.Text)));
        await container.DeleteAsync(false, default);
    }

    [Fact]
    public async Task Input_arrives_and_its_half_close_ends_a_once_container()
    {
        await using var host = new TestHost();
        var container = await host.Runtime.CreateAsync(host.Shell("sort; echo end") with { OpenStdin = true, StdinOnce = true }, default);
        await using var client = await container.AttachAsync(AttachStreams.All, default);
        await container.StartAsync(default);
        var input = string.Concat(Enumerable.Range(0, 100_000).Select(number => $"{number:D7}\n"));
        await client.Input.WriteAsync(Encoding.ASCII.GetBytes(input));
        client.CloseInput();
        Assert.Equal((input + "end\n", ""), await FramesAsync(client));
        await container.Exited.WaitAsync(Soon);
        await container.DeleteAsync(false, default);
    }

    [Fact]
    public async Task Input_written_by_a_client_that_went_away_at_once_is_not_lost()
    {
        await using var host = new TestHost();
        var container = await host.Runtime.CreateAsync(host.Shell("sleep 0.3; wc -c") with { OpenStdin = true, StdinOnce = true }, default);
        await container.StartAsync(default);
        await using (var client = await container.AttachAsync(AttachStreams.Stdin, default))
        {
            await client.Input.WriteAsync(new byte[150_000]);
        }

        await container.Exited.WaitAsync(Soon);
        Assert.Equal("150000\n", TestHost.Text(Assert.Single(await host.LogAsync())));
        await container.DeleteAsync(false, default);
    }

    [Fact]
    public async Task Input_stays_open_for_the_next_client_unless_it_is_once()
    {
        await using var host = new TestHost();
        var container = await host.Runtime.CreateAsync(host.Shell("read a; read b; echo $a$b") with { OpenStdin = true }, default);
        await container.StartAsync(default);
        foreach (var word in (string[])["one\n", "two\n"])
        {
            await using var client = await container.AttachAsync(AttachStreams.All, default);
            await client.Input.WriteAsync(Encoding.ASCII.GetBytes(word));
            client.CloseInput();
        }

        await container.Exited.WaitAsync(Soon);
        Assert.Equal("onetwo\n", TestHost.Text(Assert.Single(await host.LogAsync())));
        await container.DeleteAsync(false, default);
    }

    [Fact]
    public async Task Without_open_stdin_input_is_empty()
    {
        await using var host = new TestHost();
        Assert.Equal(("0\n", 0), await host.OutputAsync(host.Shell("wc -c")));
    }

    [Fact]
    public async Task A_slow_client_holds_the_output_up_and_loses_nothing()
    {
        await using var host = new TestHost();
        var container = await host.Runtime.CreateAsync(host.Shell("head -c 4000000 /dev/zero | tr '\\0' x; echo") with { Log = new LogFile(null) }, default);
        await using var slow = await container.AttachAsync(AttachStreams.Stdout, default);
        await using var fast = await container.AttachAsync(AttachStreams.Stdout, default);
        await container.StartAsync(default);
        var quick = FramesAsync(fast);
        await Task.Delay(300);
        Assert.False(container.Exited.IsCompleted);
        Assert.Equal(4_000_001, (await FramesAsync(slow)).Stdout.Length);
        Assert.Equal(4_000_001, (await quick).Stdout.Length);
        await container.Exited.WaitAsync(Soon);
        await container.DeleteAsync(false, default);
    }

    [Fact]
    public async Task A_client_that_vanishes_with_output_unread_does_not_hold_the_container()
    {
        await using var host = new TestHost();
        var container = await host.Runtime.CreateAsync(host.Shell("head -c 4000000 /dev/zero; sleep 0.1; head -c 4000000 /dev/zero") with { Log = new LogFile(null) }, default);
        var client = await container.AttachAsync(AttachStreams.Stdout, default);
        await container.StartAsync(default);
        await Task.Delay(100);
        await client.DisposeAsync();
        Assert.Equal(0, (await container.Exited.WaitAsync(Soon)).Code);
        await container.DeleteAsync(false, default);
    }

    [Fact]
    public async Task A_terminal_is_one_raw_stream_with_a_size_that_changes()
    {
        await using var host = new TestHost();
        var spec = host.Shell("stty size; read line; stty size; test -t 0 && test -t 2 && echo tty:$line");
        spec = spec with { OpenStdin = true, Process = spec.Process with { Terminal = true, InitialSize = new TerminalSize(100, 30) } };
        var container = await host.Runtime.CreateAsync(spec, default);
        Assert.True(container.Terminal);
        await using var client = await container.AttachAsync(AttachStreams.All, default);
        await container.StartAsync(default);
        Assert.Equal("30 100\r\n", await ReadLineAsync(client));
        await container.ResizeAsync(new TerminalSize(120, 40), default);
        await client.Input.WriteAsync("hello\n"u8.ToArray());
        var rest = await new StreamReader(client.Output).ReadToEndAsync();
        Assert.Equal("hello\r\n40 120\r\ntty:hello\r\n", rest);
        await container.Exited.WaitAsync(Soon);
        Assert.Equal("30 100\r\n", TestHost.Text((await host.LogAsync())[0]));
        await container.DeleteAsync(false, default);
    }

    [Fact]
    public async Task Attaching_after_the_end_gives_an_ended_stream()
    {
        await using var host = new TestHost();
        var container = await host.Runtime.CreateAsync(host.Spec("true"), default);
        await container.StartAsync(default);
        await container.Exited.WaitAsync(Soon);
        await using var client = await container.AttachAsync(AttachStreams.All, default);
        Assert.Equal(0, await client.Output.ReadAsync(new byte[1]));
        await container.DeleteAsync(false, default);
    }

    [Fact]
    public async Task Other_users_can_open_dev_stdout()
    {
        await using var host = new TestHost();
        var spec = host.Shell("echo hi >/dev/stdout; echo ho >/proc/self/fd/2");
        spec = spec with { Process = spec.Process with { Uid = 1000, Gid = 1000 } };
        Assert.Equal(("hi\nho\n", 0), await host.OutputAsync(spec));
    }

    internal static async Task<(string Stdout, string Stderr)> FramesAsync(ProcessStreams streams)
    {
        var outputs = new StringBuilder[] { new(), new(), new() };
        var header = new byte[8];
        while (await streams.Output.ReadAtLeastAsync(header, 8, throwOnEndOfStream: false).AsTask().WaitAsync(Soon) == 8)
        {
            var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4))];
            await streams.Output.ReadExactlyAsync(payload).AsTask().WaitAsync(Soon);
            outputs[header[0]].Append(Encoding.Latin1.GetString(payload));
        }

        return (outputs[1].ToString(), outputs[2].ToString());
    }

    private static async Task<string> ReadLineAsync(ProcessStreams client)
    {
        var line = new StringBuilder();
        var one = new byte[1];
        while (line.Length == 0 || line[^1] != '\n')
        {
            Assert.Equal(1, await client.Output.ReadAsync(one).AsTask().WaitAsync(Soon));
            line.Append((char)one[0]);
        }

        return line.ToString();
    }
}
