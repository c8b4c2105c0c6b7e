using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gantry.Linux.Netlink;

[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Gantry.Networking.Tests.Support;

/// <summary>
/// Moves this process to a network namespace of its own before anything runs, so that "the host" of these tests is not the
/// machine, and whatever they leave ends with the process. All later threads descend from the first.
/// </summary>
internal static partial class PrivateHost
{
    private const int CLONE_NEWNET = 0x40000000;

    internal static bool IsPrivate { get; private set; }

#pragma warning disable CA2255 // The one place where it must happen before Main.
    [ModuleInitializer]
    internal static void Enter()
    {
        IsPrivate = Unshare(CLONE_NEWNET) == 0;
        if (IsPrivate)
        {
            using var routes = RouteSocket.Open();
            routes.SetUp(1);
        }
    }
#pragma warning restore CA2255

    [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
    private static partial int Unshare(int flags);
}
