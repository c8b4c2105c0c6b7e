using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Volumes;

/// <summary>Options of the local driver, with the kernel's real filesystems.</summary>
public sealed class VolumeOptionTests(SharedDaemon daemon)
{
    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task A_tmpfs_is_mounted_for_the_first_user_shared_and_gone_after_the_last(Tool tool)
    {
        var client = daemon.By(tool);
        var (name, user) = ($"ram-{tool}", $"ram-user-{tool}");
        await client.DoAsync("volume", "create", "--opt", "type=tmpfs", "--opt", "device=tmpfs", "--opt", "o=size=1m,uid=1000,mode=0700", name);
        Assert.Equal("tmpfs size=1m,uid=1000,mode=0700", await client.DoAsync("volume", "inspect", "-f", "{{.Options.type}} {{.Options.o}}", name));
        Assert.DoesNotContain(Leftovers.Mounts(daemon), mount => mount.Contains(name, StringComparison.Ordinal));
        await client.DoAsync("run", "-d", "--name", user, "-v", $"{name}:/data", "busybox", "sh", "-c", "echo shared > /data/file; sleep 1000");
        await Eventually.EqualAsync("shared", async () => (await client.RunAsync("run", "--rm", "-v", $"{name}:/data", "busybox", "cat", "/data/file")).Output.Trim());
        var mount = await client.DoAsync("exec", user, "grep", " /data ", "/proc/mounts");
        Assert.Contains("size=1024k,mode=700,uid=1000", mount, StringComparison.Ordinal);
        Assert.NotEqual(0, (await client.RunAsync("exec", user, "dd", "if=/dev/zero", "of=/data/big", "bs=1M", "count=2")).ExitCode);
        await client.DoAsync("rm", "-f", user);
        await Eventually.EqualAsync(false, () => Task.FromResult(Leftovers.Mounts(daemon).Any(mount => mount.Contains(name, StringComparison.Ordinal))));
        Assert.Equal("", await client.DoAsync("run", "--rm", "-v", $"{name}:/data", "busybox", "ls", "/data"));
        await client.DoAsync("volume", "rm", name);
    }

    [Fact]
    public async Task A_bound_folder_outlives_its_volume()
    {
        var folder = Directory.CreateTempSubdirectory("gi-bound-");
        try
        {
            await daemon.Either.DoAsync("volume", "create", "--opt", "type=none", "--opt", "o=bind", "--opt", $"device={folder.FullName}", "bound");
            await daemon.Either.DoAsync("run", "--rm", "-v", "bound:/data", "busybox", "sh", "-c", "echo mine > /data/file");
            await Eventually.EqualAsync(0, async () => (await daemon.Either.RunAsync("volume", "rm", "bound")).ExitCode);
            Assert.Equal("mine\n", await File.ReadAllTextAsync(Path.Combine(folder.FullName, "file"), TestContext.Current.CancellationToken));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Prune_leaves_volumes_whose_content_lies_elsewhere()
    {
        await daemon.Either.DoAsync("volume", "create", "--label", "prune=me", "--opt", "type=none", "--opt", "o=bind", "--opt", "device=/etc", "elsewhere");
        await daemon.Either.DoAsync("volume", "create", "--label", "prune=me", "here");
        Assert.DoesNotContain("elsewhere", await daemon.Either.DoAsync("volume", "prune", "-af", "--filter", "label=prune=me"), StringComparison.Ordinal);
        Assert.Equal("elsewhere", await daemon.Either.DoAsync("volume", "ls", "-q", "--filter", "label=prune=me"));
        await daemon.Either.DoAsync("volume", "rm", "elsewhere");
    }

    [Theory]
    [InlineData("none", "/nope/nowhere", "bind", "failed to mount local volume: mount /nope/nowhere:", "flags: 0x1000: no such file or directory")]
    [InlineData("nosuchfs", "x", "ro", "failed to mount local volume: mount x:", "flags: 0x1: no such device")]
    [InlineData("nfs", ":/x", "addr=no.such.host.invalid", "error resolving passed in network volume address: lookup no.such.host.invalid", "")]
    public async Task What_cannot_be_mounted_is_refused_at_the_start(string type, string device, string options, string begin, string end)
    {
        var name = $"bad-{type}";
        await daemon.Either.DoAsync("volume", "create", "--opt", $"type={type}", "--opt", $"device={device}", "--opt", $"o={options}", name);
        var refused = await daemon.Either.RunAsync("run", "--rm", "-v", $"{name}:/data", "busybox", "true");

        // The clients make 127 of "no such file or directory".
        Assert.InRange(refused.ExitCode, 125, 127);
        Assert.Contains("error while mounting volume '", refused.Text, StringComparison.Ordinal);
        Assert.Contains(begin, refused.Text, StringComparison.Ordinal);
        Assert.Contains(end, refused.Text, StringComparison.Ordinal);
        await Eventually.EqualAsync(0, async () => (await daemon.Either.RunAsync("volume", "rm", name)).ExitCode);
    }

    [Fact]
    public async Task A_mount_may_bring_its_options_and_files_are_copied_to_it_before_the_start()
    {
        await daemon.Either.DoAsync("create", "--name", "copied-to", "--mount", "type=volume,src=ram-mount,dst=/seeded,volume-opt=type=tmpfs,volume-opt=device=tmpfs", "busybox", "true");
        await daemon.Either.DoAsync("cp", "/etc/hostname", "copied-to:/etc/copied");
        await Eventually.EqualAsync(false, () => Task.FromResult(Leftovers.Mounts(daemon).Any(mount => mount.Contains("ram-mount", StringComparison.Ordinal))));
        await daemon.Either.DoAsync("rm", "copied-to");
        await daemon.Either.DoAsync("volume", "rm", "ram-mount");
    }
}
