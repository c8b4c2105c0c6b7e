using Gantry.Api.Containers;
using Gantry.Cli.CommandLine;
using Gantry.Cli.Commands.Running;

namespace Gantry.Cli.Commands.Containers;

/// <summary>Update configuration of one or more containers.</summary>
internal static class UpdateCommand
{
    public static Command Create()
    {
        var options = new OptionTable();
        var blkioWeight = options.Int("blkio-weight", '\0', "Block IO (relative weight), between 10 and 1000, or 0 to disable", type: "uint16", defaultText: "0");
        var cpuPeriod = options.Int("cpu-period", '\0', "Limit CPU CFS (Completely Fair Scheduler) period");
        var cpuQuota = options.Int("cpu-quota", '\0', "Limit CPU CFS (Completely Fair Scheduler) quota");
        var cpuRealtimePeriod = options.Int("cpu-rt-period", '\0', "Limit the CPU real-time period in microseconds");
        var cpuRealtimeRuntime = options.Int("cpu-rt-runtime", '\0', "Limit the CPU real-time runtime in microseconds");
        var cpuShares = options.Int("cpu-shares", 'c', "CPU shares (relative weight)");
        var cpus = options.Value("cpus", '\0', "decimal", "Number of CPUs", 0L, RunValues.NanoCpus);
        var cpusetCpus = options.String("cpuset-cpus", '\0', "CPUs in which to allow execution (0-3, 0,1)");
        var cpusetMems = options.String("cpuset-mems", '\0', "MEMs in which to allow execution (0-3, 0,1)");
        var memory = options.Bytes("memory", 'm', "Memory limit");
        var reservation = options.Bytes("memory-reservation", '\0', "Memory soft limit");
        var swap = options.Bytes("memory-swap", '\0', "Swap limit equal to memory plus swap: -1 to enable unlimited swap", allowMinusOne: true);
        var pids = options.Int("pids-limit", '\0', "Tune container pids limit (set -1 for unlimited)");
        var restart = options.String("restart", '\0', "Restart policy to apply when a container exits");
        return new Command
        {
            Usage = "update [OPTIONS] CONTAINER [CONTAINER...]",
            Summary = "Update configuration of one or more containers",
            Aliases = ["container update", "update"],
            Arity = Arity.AtLeast(1),
            Options = options,
            Action = async (context, containers, cancellationToken) =>
            {
                if (!options.Listed.Any(o => o.IsSet))
                {
                    throw new ExitException(1, $"you must provide one or more flags when using this command");
                }

                var request = new ContainerUpdateRequest
                {
                    BlkioWeight = (int)blkioWeight.Value,
                    CpuPeriod = cpuPeriod.Value,
                    CpuQuota = cpuQuota.Value,
                    CpuRealtimePeriod = cpuRealtimePeriod.Value,
                    CpuRealtimeRuntime = cpuRealtimeRuntime.Value,
                    CpuShares = cpuShares.Value,
                    NanoCpus = cpus.Value,
                    CpusetCpus = cpusetCpus.Value,
                    CpusetMems = cpusetMems.Value,
                    Memory = memory.Value,
                    MemoryReservation = reservation.Value,
                    MemorySwap = swap.Value,
                    PidsLimit = pids.IsSet ? pids.Value : null,
                    RestartPolicy = restart.Value.Length > 0 ? RunValues.RestartPolicy(restart.Value) : null,
                };
                var warnings = new List<string>();
                var code = await context.ForEachNamedAsync(containers, async c =>
                {
                    var answer = await context.Client.Containers.UpdateAsync(c, request, cancellationToken).ConfigureAwait(false);
                    warnings.AddRange(answer.Warnings ?? []);
                }).ConfigureAwait(false);
                foreach (var warning in warnings)
                {
                    context.Out.WriteLine(warning);
                }

                return code;
            },
        };
    }
}
