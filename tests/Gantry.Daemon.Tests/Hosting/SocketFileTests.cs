using System.Net.Sockets;
using Gantry.Daemon.Hosting;

namespace Gantry.Daemon.Tests.Hosting;

public sealed class SocketFileTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("gantry-socket-test").FullName;

    private string SocketPath => Path.Combine(directory, "api.sock");

    [Fact]
    public void A_dead_daemons_socket_is_replaced()
    {
        using (var dead = Listen())
        {
            // .NET deletes what it bound; a killed daemon does not.
            File.Move(SocketPath, SocketPath + ".moved");
        }

        File.Move(SocketPath + ".moved", SocketPath);

        Assert.True(File.Exists(SocketPath));
        SocketFile.Prepare(SocketPath);
        Assert.False(File.Exists(SocketPath));
    }

    [Fact]
    public void A_living_daemons_socket_is_left_alone()
    {
        using var living = Listen();
        Assert.Equal($"another daemon listens on {SocketPath}", Assert.Throws<IOException>(() => SocketFile.Prepare(SocketPath)).Message);
        Assert.True(File.Exists(SocketPath));
    }

    [Fact]
    public void Only_owner_and_group_may_connect()
    {
        using var socket = Listen();
        SocketFile.Secure(SocketPath, "0");
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite,
            File.GetUnixFileMode(SocketPath));
    }

    [Fact]
    public void A_group_that_was_asked_for_must_exist()
    {
        using var socket = Listen();
        Assert.Equal("group nobody-has-this does not exist", Assert.Throws<IOException>(() => SocketFile.Secure(SocketPath, "nobody-has-this")).Message);
    }

    [Fact]
    public void One_data_root_serves_one_daemon()
    {
        using (DataRootLock.Take(directory))
        {
            Assert.StartsWith($"another gantryd is running on data root {directory}", Assert.Throws<IOException>(() => DataRootLock.Take(directory)).Message, StringComparison.Ordinal);
        }

        DataRootLock.Take(directory).Dispose();
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);

    private Socket Listen()
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(SocketPath));
        socket.Listen();
        return socket;
    }
}
