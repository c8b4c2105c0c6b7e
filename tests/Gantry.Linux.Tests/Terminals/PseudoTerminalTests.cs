namespace Gantry.Linux.Tests.Terminals;

public sealed class PseudoTerminalTests
{
    [Fact]
    public void Both_ends_share_a_size()
    {
        using var master = PseudoTerminal.Open(out var path);
        using var other = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        Assert.Equal(0, PseudoTerminal.SetSize(master.Number, 132, 43));
        Assert.Equal(0, PseudoTerminal.GetSize((int)other.DangerousGetHandle(), out var columns, out var rows));
        Assert.Equal((132, 43), (columns, rows));
        using var file = File.OpenHandle("/dev/null");
        Assert.Equal(-(int)Errno.ENOTTY, PseudoTerminal.SetSize((int)file.DangerousGetHandle(), 1, 1));
    }
}
