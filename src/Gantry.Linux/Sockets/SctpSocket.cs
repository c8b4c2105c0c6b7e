using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Gantry.Linux.Sockets;

/// <summary>A socket of sctp(7), which .NET has no name for.</summary>
public static partial class SctpSocket
{
    private const int AF_INET = 2;
    private const int AF_INET6 = 10;
    private const int SOCK_STREAM = 1;
    private const int SOCK_CLOEXEC = 0x80000;
    private const int IPPROTO_SCTP = 132;

    /// <summary>One of the one-to-one style, to bind and to connect.</summary>
    /// <exception cref="SocketException">ProtocolNotSupported: the kernel has no SCTP.</exception>
    public static Socket Open(AddressFamily family)
    {
        var descriptor = OpenSocket(family == AddressFamily.InterNetworkV6 ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_CLOEXEC, IPPROTO_SCTP);
        if (descriptor >= 0)
        {
            return new Socket(new SafeSocketHandle(descriptor, ownsHandle: true));
        }

        var error = LinuxException.Last("socket", "sctp");
        throw new SocketException((int)(error.Errno is Errno.EPROTONOSUPPORT or Errno.ESOCKTNOSUPPORT ? SocketError.ProtocolNotSupported : SocketError.SocketError), error.Message);
    }

    [LibraryImport("libc", EntryPoint = "socket", SetLastError = true)]
    private static partial int OpenSocket(int domain, int type, int protocol);
}
