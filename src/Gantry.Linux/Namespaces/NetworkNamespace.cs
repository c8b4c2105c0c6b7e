namespace Gantry.Linux.Namespaces;

/// <summary>
/// A network namespace held by a file descriptor. Code enters it only on throw-away threads: what must stay in it (sockets)
/// is made there and used from anywhere afterwards, because a socket keeps the namespace it was made in.
/// </summary>
public sealed class NetworkNamespace : IDisposable
{
    private readonly FileDescriptor descriptor;

    private NetworkNamespace(FileDescriptor descriptor) => this.descriptor = descriptor;

    /// <summary>A path that other processes may open as long as this object lives.</summary>
    public string Path => $"/proc/{Environment.ProcessId}/fd/{descriptor.Number}";

    /// <summary>For IFLA_NET_NS_FD; valid only while this object lives.</summary>
    public int Number => descriptor.Number;

    /// <summary>A new, empty namespace; <paramref name="inside"/> runs in it first.</summary>
    /// <exception cref="LinuxException">The kernel refused (EPERM, ENOSPC).</exception>
    public static (NetworkNamespace Namespace, T Result) Create<T>(Func<T> inside) => ThrowAwayThread.Run(() =>
    {
        LinuxException.Check(NamespaceCalls.Unshare(NamespaceCalls.CLONE_NEWNET), "unshare", "CLONE_NEWNET");

        // Not /proc/self: that is the process's first thread, which is elsewhere.
        var created = OpenPath("/proc/thread-self/ns/net");
        try
        {
            return (created, inside());
        }
        catch
        {
            created.Dispose();
            throw;
        }
    });

    /// <summary>A new, empty namespace.</summary>
    public static NetworkNamespace Create() => Create(() => true).Namespace;

    /// <summary>The namespace that a process is in.</summary>
    /// <exception cref="LinuxException">ENOENT: there is no such process.</exception>
    public static NetworkNamespace OfProcess(int pid) => OpenPath($"/proc/{pid}/ns/net");

    /// <summary>The namespace of the calling thread.</summary>
    public static NetworkNamespace Current() => OpenPath("/proc/thread-self/ns/net");

    /// <summary>Runs synchronous code inside. Nothing of it may await: continuations would run elsewhere.</summary>
    public T Run<T>(Func<T> inside) => ThrowAwayThread.Run(() =>
    {
        LinuxException.Check(NamespaceCalls.SetNs(descriptor, NamespaceCalls.CLONE_NEWNET), "setns");
        return inside();
    });

    /// <inheritdoc cref="Run{T}(Func{T})"/>
    public void Run(Action inside) => Run(() =>
    {
        inside();
        return true;
    });

    /// <summary>Lets go. The kernel ends the namespace, and the interfaces in it, when nobody else holds it.</summary>
    public void Dispose() => descriptor.Dispose();

    private static NetworkNamespace OpenPath(string path) =>
        new(new FileDescriptor(LinuxException.Check(
            NamespaceCalls.Open(path, NamespaceCalls.O_RDONLY | NamespaceCalls.O_CLOEXEC), "open", path)));
}
