using System.ComponentModel;
using System.Diagnostics;

namespace Gantry.Daemon.Hosting;

/// <summary>
/// Whether systemd takes the whole machine down. It would wait 90 seconds for containers whose first process ignores SIGTERM
/// from outside its pid namespace (pid_namespaces(7)), and kill the others without their stop signal.
/// </summary>
internal static class MachineShutdown
{
    public static bool IsUnderWay()
    {
        // sd_booted(3)
        if (!Directory.Exists("/run/systemd/system"))
        {
            return false;
        }

        try
        {
            using var systemctl = Process.Start(new ProcessStartInfo("systemctl", ["is-system-running"]) { RedirectStandardOutput = true });
            return systemctl?.StandardOutput.ReadToEnd().Trim() == "stopping";
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
