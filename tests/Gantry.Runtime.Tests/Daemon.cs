using System.Runtime.CompilerServices;
using Gantry.Core;

namespace Gantry.Runtime.Tests;

/// <summary>With GANTRY_TEST_DAEMON in its environment this program is no test run but a daemon that starts one container and waits to be killed.</summary>
internal static class Daemon
{
#pragma warning disable CA2255 // The test runner owns Main.
    [ModuleInitializer]
    public static void Run()
#pragma warning restore CA2255
    {
        if (Environment.GetEnvironmentVariable("GANTRY_TEST_DAEMON") is { } text)
        {
            Run(text.Split('|'));
        }
    }

    // No await here: other threads cannot run this module's code before its initializer has ended.
    private static void Run(string[] fields)
    {
        var runtime = new ContainerRuntime(new RuntimeOptions { StateDirectory = fields[0], MonitorPath = fields[1], CgroupParent = fields[2] });
        var spec = new LaunchSpec
        {
            Id = ContainerId.Parse(fields[3]),
            RootDirectory = fields[4],
            Process = new ProcessSpec { Args = fields[6..], Env = ["PATH=/bin"] },
            Log = new LogFile(fields[5]),
        };
        var container = runtime.CreateAsync(spec, default).GetAwaiter().GetResult();
        container.StartAsync(default).GetAwaiter().GetResult();
        Console.WriteLine("started");
        Thread.Sleep(Timeout.Infinite);
    }
}
