using System.Buffers.Binary;
using System.Net;
using Gantry.Build;
using Gantry.Core;
using Gantry.Engine.Containers;
using Gantry.Engine.Networks;
using Gantry.Networking;
using Gantry.Runtime;
using Gantry.Runtime.Security;

namespace Gantry.Engine.Builds;

/// <summary>Runs a build's RUN steps in containers of their own: the runtime, the default bridge, no log, nothing left behind.</summary>
internal sealed class StepExecutor(ContainerRuntime runtime, NetworkRegistry networks, NetworkStack stack, string workDirectory, string certificateBundle, DnsDefaults dns) : IStepExecutor
{
    private const string DefaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    public async Task<int> RunAsync(ExecStep step, StepOutputTaker output, CancellationToken cancellationToken)
    {
        var id = ContainerId.New();
        var files = Path.Combine(workDirectory, id.Short);
        Directory.CreateDirectory(files, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var network = await ConnectAsync(id, step.NetworkMode, cancellationToken);
        try
        {
            var launch = Launch(id, step, files, network);
            using var mountPoints = new TemporaryMountPoints(step.RootDirectory, launch.Mounts.Select(mount => mount.Destination));
            return await RunAsync(launch, output, cancellationToken);
        }
        catch (RuntimeException exception)
        {
            await output(LogStream.Stderr, System.Text.Encoding.UTF8.GetBytes(exception.Message + "\n"), cancellationToken);
            return exception.NotFound ? 127 : 126;
        }
        finally
        {
            if (network is not null)
            {
                await network.ReleaseAsync();
            }

            Directory.Delete(files, recursive: true);
        }
    }

    private async Task<int> RunAsync(LaunchSpec launch, StepOutputTaker output, CancellationToken cancellationToken)
    {
        await using var process = await runtime.CreateAsync(launch, CancellationToken.None);
        try
        {
            await using var streams = await process.AttachAsync(AttachStreams.Stdout | AttachStreams.Stderr, CancellationToken.None);
            await process.StartAsync(CancellationToken.None);
            await CopyAsync(streams.Output, output, cancellationToken);
            return (await process.Exited.WaitAsync(cancellationToken)).Code;
        }
        finally
        {
            await process.DeleteAsync(force: true, CancellationToken.None);
        }
    }

    private async Task<Sandbox?> ConnectAsync(ContainerId id, string mode, CancellationToken cancellationToken)
    {
        if (mode == "host")
        {
            return null;
        }

        var sandbox = await stack.CreateSandboxAsync(new SandboxOptions { Owner = id }, cancellationToken);
        try
        {
            var on = mode == "none" ? null : networks.Get(mode is "" or "default" ? "bridge" : mode);
            if (on is { Bridge.Driver: not null } or { RemotePools.Count: > 0 })
            {
                throw new GantryException(ErrorKind.NotImplemented, $"build steps on network {on.Name} are not supported: a plugin makes its endpoints");
            }

            if (on?.Bridge is { } bridge)
            {
                stack.EnsureNetwork(bridge);
                await sandbox.ConnectAsync(bridge, new EndpointRequest(), CancellationToken.None);
            }

            return sandbox;
        }
        catch
        {
            await sandbox.ReleaseAsync();
            throw;
        }
    }

    private LaunchSpec Launch(ContainerId id, ExecStep step, string files, Sandbox? network)
    {
        var who = UserLookup.Read(step.RootDirectory).Resolve(step.User, []);
        var trust = HostTrust.For(step.TrustHostCertificates, certificateBundle);
        string[] own = [DefaultPath, "HOME=" + who.Home, .. trust.Env];
        return new LaunchSpec
        {
            Id = id,
            RootDirectory = step.RootDirectory,
            Hostname = "buildkitsandbox",
            NetworkNamespacePath = network?.NamespacePath,
            Privileged = step.Privileged,
            AppArmorProfile = !AppArmor.IsEnabled ? null : step.Privileged ? AppArmor.Unconfined : AppArmor.DefaultProfile,
            ShmSize = step.ShmSize > 0 ? step.ShmSize : 64 << 20,
            Log = new LogFile(null),
            Mounts = [.. NetworkFiles(step, files), .. trust.Mounts, .. step.Mounts.Select(Mount)],
            Process = new ProcessSpec
            {
                Args = step.Args,
                Env = [.. own.Where(entry => !step.Env.Any(each => each.StartsWith(entry[..(entry.IndexOf('=') + 1)], StringComparison.Ordinal))), .. step.Env],
                WorkingDirectory = step.WorkingDirectory,
                Uid = who.Uid,
                Gid = who.Gid,
                AdditionalGids = who.AdditionalGids,
            },
        };
    }

    private IEnumerable<MountSpec> NetworkFiles(ExecStep step, string files)
    {
        var container = new Container
        {
            Id = ContainerId.New(),
            Name = "build",
            Created = default,
            ImageId = default,
            ManifestId = default,
            Platform = Platform.Host,
            Args = step.Args,
            Settings = new ContainerSettings { Image = "", Hostname = "buildkitsandbox", Host = new HostSettings { NetworkMode = step.NetworkMode, ExtraHosts = step.ExtraHosts } },
        };
        var writer = new ContainerFiles(files, dns);
        writer.Create(container.Id);
        writer.Write(container, [], userDefined: false, IPAddress.Loopback, links: "");
        yield return new MountSpec("bind", writer.ResolvConfOf(container.Id), "/etc/resolv.conf", ["rbind", "ro", "rprivate"]);
        yield return new MountSpec("bind", writer.HostsOf(container.Id), "/etc/hosts", ["rbind", "ro", "rprivate"]);
    }

    private static MountSpec Mount(StepMount mount) => mount.Type == "tmpfs"
        ? new MountSpec("tmpfs", "tmpfs", mount.Target, mount.TmpfsSize > 0 ? ["nosuid", "nodev", $"size={mount.TmpfsSize}"] : ["nosuid", "nodev"])
        : new MountSpec("bind", mount.Source, mount.Target, ["rbind", mount.ReadOnly ? "ro" : "rw", "rprivate"]);

    private static async Task CopyAsync(Stream frames, StepOutputTaker output, CancellationToken cancellationToken)
    {
        var header = new byte[8];
        while (await frames.ReadAtLeastAsync(header, 8, throwOnEndOfStream: false, cancellationToken) == 8)
        {
            var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4))];
            await frames.ReadExactlyAsync(payload, cancellationToken);
            await output(header[0] == 2 ? LogStream.Stderr : LogStream.Stdout, payload, cancellationToken);
        }
    }
}
