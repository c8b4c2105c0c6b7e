using Gantry.Api;
using Gantry.Api.System;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Formatting;
using Gantry.Cli.Templates;

namespace Gantry.Cli.Commands.Host;

/// <summary>Display system-wide information.</summary>
internal static class InfoCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var format = options.String("format", 'f', ListFormat.InspectUsage);
        return new Command
        {
            Usage = "info [OPTIONS]",
            Summary = "Display system-wide information",
            Aliases = ["system info", "info"],
            Options = options,
            Action = async (context, _, cancellationToken) =>
            {
                var info = await context.Client.System.InfoAsync(cancellationToken).ConfigureAwait(false);
                if (format.Value.Length == 0)
                {
                    Write(context.Out, info);
                    foreach (var warning in info.Warnings ?? [])
                    {
                        context.Error.WriteLine(warning);
                    }

                    return 0;
                }

                var template = ListFormat.Compile(format.Value == "json" ? "{{json .}}" : format.Value, exitCode: 64);
                try
                {
                    context.Out.WriteLine(template.Execute(Document(context, info)));
                }
                catch (TemplateException e)
                {
                    context.Out.WriteLine();
                    throw new ExitException(1, e.Message);
                }

                return 0;
            },
        };
    }

    // Docker's client puts what it knows of itself after the daemon's fields.
    private static ComposedStruct Document(CommandContext context, SystemInfoResponse info) => new("system.dockerInfo",
    [
        .. new TypedStruct(info, DockerJson.Wire.SystemInfoResponse).Fields,
        new("ClientInfo", new ComposedStruct("system.clientInfo",
        [
            new("Debug", false), .. VersionCommand.Client(context).Fields.Where(field => field.Key != "ApiVersion"), new("Plugins", new List<object?>()), new("Warnings", null),
        ])),
    ]);

    private static void Write(TextWriter output, SystemInfoResponse info)
    {
        output.WriteLine("Client: Gantry\n Version:    0.1.0\n Context:    default\n Debug Mode: false\n\nServer:");
        output.WriteLine($" Containers: {info.Containers}\n  Running: {info.ContainersRunning}\n  Paused: {info.ContainersPaused}\n  Stopped: {info.ContainersStopped}");
        output.WriteLine($" Images: {info.Images}");
        output.WriteLine($" Server Version: {info.ServerVersion}");
        output.WriteLine($" Storage Driver: {info.Driver}");
        foreach (var pair in info.DriverStatus ?? [])
        {
            output.WriteLine($"  {pair[0]}: {pair[1]}");
        }

        output.WriteLine($" Logging Driver: {info.LoggingDriver}");
        output.WriteLine($" Cgroup Driver: {info.CgroupDriver}");
        output.WriteLine($" Cgroup Version: {info.CgroupVersion}");
        output.WriteLine(" Plugins:");
        output.WriteLine($"  Volume: {string.Join(' ', info.Plugins.Volume ?? [])}");
        output.WriteLine($"  Network: {string.Join(' ', info.Plugins.Network ?? [])}");
        output.WriteLine($"  Log: {string.Join(' ', info.Plugins.Log ?? [])}");
        output.WriteLine($" Swarm: {info.Swarm.LocalNodeState}");
        output.WriteLine($" Runtimes: {string.Join(' ', info.Runtimes?.Keys ?? [])}");
        output.WriteLine($" Default Runtime: {info.DefaultRuntime}");
        output.WriteLine($" Init Binary: {info.InitBinary}");
        output.WriteLine($" containerd version: {info.ContainerdCommit.ID}");
        output.WriteLine($" runc version: {info.RuncCommit.ID}");
        output.WriteLine($" init version: {info.InitCommit.ID}");
        if (info.SecurityOptions is { Count: > 0 } security)
        {
            output.WriteLine(" Security Options:");
            foreach (var option in security)
            {
                var parts = option.Split(',').Select(part => part.Split('=', 2)).Where(part => part.Length == 2).ToList();
                output.WriteLine("  " + (parts.Find(part => part[0] == "name")?[1] ?? option));
                foreach (var part in parts.Where(part => part[0] != "name"))
                {
                    output.WriteLine($"   {char.ToUpperInvariant(part[0][0])}{part[0][1..]}: {part[1]}");
                }
            }
        }

        output.WriteLine($" Kernel Version: {info.KernelVersion}");
        output.WriteLine($" Operating System: {info.OperatingSystem}");
        output.WriteLine($" OSType: {info.OSType}");
        output.WriteLine($" Architecture: {info.Architecture}");
        output.WriteLine($" CPUs: {info.NCPU}");
        output.WriteLine($" Total Memory: {Human.BinarySize(info.MemTotal)}");
        output.WriteLine($" Name: {info.Name}");
        output.WriteLine($" ID: {info.ID}");
        output.WriteLine($" Docker Root Dir: {info.DockerRootDir}");
        output.WriteLine($" Debug Mode: {(info.Debug ? "true" : "false")}");
        foreach (var label in info.Labels is { Count: > 0 } labels ? labels.Select(l => "  " + l).Prepend(" Labels:") : [])
        {
            output.WriteLine(label);
        }

        output.WriteLine($" Experimental: {(info.ExperimentalBuild ? "true" : "false")}");
        if (info.RegistryConfig?.InsecureRegistryCIDRs is { Count: > 0 } insecure)
        {
            output.WriteLine(" Insecure Registries:");
            foreach (var range in insecure)
            {
                output.WriteLine("  " + range);
            }
        }

        output.WriteLine($" Live Restore Enabled: {(info.LiveRestoreEnabled ? "true" : "false")}");
        if (info.DefaultAddressPools is { Count: > 0 } pools)
        {
            output.WriteLine(" Default Address Pools:");
            foreach (var pool in pools)
            {
                output.WriteLine($"   Base: {pool.Base}, Size: {pool.Size}");
            }
        }

        output.WriteLine();
    }
}
