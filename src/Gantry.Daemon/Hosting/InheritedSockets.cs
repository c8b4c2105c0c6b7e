using System.Globalization;
using Gantry.Linux;

namespace Gantry.Daemon.Hosting;

/// <summary>A listening socket that was passed to this process.</summary>
/// <param name="Descriptor">Close-on-exec; the listener's to close.</param>
/// <param name="Number">Its number as it was passed, from 3.</param>
internal sealed record InheritedSocket(int Descriptor, int Number, string Name);

/// <summary>Systemd's socket activation, sd_listen_fds(3): <c>LISTEN_PID</c>, <c>LISTEN_FDS</c>, <c>LISTEN_FDNAMES</c>.</summary>
internal static class InheritedSockets
{
    private const int First = 3;

    /// <summary>
    /// Takes over what was passed to this very process; none where nothing was. The variables are removed and the descriptors
    /// made close-on-exec, so that no child believes they are its own.
    /// </summary>
    public static IReadOnlyList<InheritedSocket> Take()
    {
        var pid = Environment.GetEnvironmentVariable("LISTEN_PID");
        var count = Environment.GetEnvironmentVariable("LISTEN_FDS");
        var names = Environment.GetEnvironmentVariable("LISTEN_FDNAMES")?.Split(':') ?? [];
        foreach (var variable in new[] { "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES" })
        {
            Environment.SetEnvironmentVariable(variable, null);
        }

        return pid == Environment.ProcessId.ToString(CultureInfo.InvariantCulture) && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out var passed)
            ? [.. Enumerable.Range(0, passed).Select(index => Take(First + index, index < names.Length ? names[index] : "unknown"))]
            : [];
    }

    /// <exception cref="IOException">None matches; dockerd's words.</exception>
    public static IReadOnlyList<InheritedSocket> Select(this IReadOnlyList<InheritedSocket> passed, InheritedAddress address)
    {
        if (passed.Count == 0)
        {
            throw new IOException("no sockets found via socket activation: make sure the service was started by systemd");
        }

        if (address.Selector is "" or "*")
        {
            return passed;
        }

        var found = passed.Where(socket => socket.Name == address.Selector || socket.Number.ToString(CultureInfo.InvariantCulture) == address.Selector).ToArray();
        return found.Length > 0 ? found : throw new IOException($"failed to get fd of socket-activated socket {address}: not passed by systemd");
    }

    private static InheritedSocket Take(int number, string name)
    {
        var copy = Descriptors.DuplicateAbove(number, First);
        if (copy < 0)
        {
            throw new IOException($"LISTEN_FDS names descriptor {number}, which is not open");
        }

        Descriptors.Close(number);
        return new InheritedSocket(copy, number, name);
    }
}
