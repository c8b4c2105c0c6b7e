namespace Gantry.Linux.Tests.Signals;

public sealed class SignalTests
{
    [Theory]
    [InlineData("KILL", 9)]
    [InlineData("SIGKILL", 9)]
    [InlineData("sigterm", 15)]
    [InlineData("9", 9)]
    [InlineData("64", 64)]
    [InlineData("SIGRTMIN", 34)]
    [InlineData("SIGRTMIN+3", 37)]
    [InlineData("RTMAX-1", 63)]
    [InlineData("IOT", 6)]
    [InlineData("WINCH", 28)]
    [InlineData("", 0)]
    [InlineData("0", 0)]
    [InlineData("65", 0)]
    [InlineData("-9", 0)]
    [InlineData("FOO", 0)]
    [InlineData("SIG", 0)]
    [InlineData("RTMIN-1", 0)]
    [InlineData("RTMIN+99", 0)]
    [InlineData("RTMIN+", 0)]
    public void Names_and_numbers_are_read(string text, int expected)
    {
        Assert.Equal(expected != 0, Signal.TryParse(text, out var signal));
        Assert.Equal(expected, expected == 0 ? 0 : signal);
    }

    [Theory]
    [InlineData(9, "SIGKILL")]
    [InlineData(34, "SIGRTMIN")]
    [InlineData(40, "SIGRTMIN+6")]
    public void Numbers_are_named(int signal, string name) => Assert.Equal(name, Signal.Name(signal));
}
