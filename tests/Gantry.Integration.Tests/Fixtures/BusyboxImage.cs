namespace Gantry.Integration.Tests.Fixtures;

/// <summary>An image of Debian's busybox-static: every applet, a few users, a web page.</summary>
internal static class BusyboxImage
{
    private const string Source = "/bin/busybox";

    public static async Task ImportAsync(PrivateDaemon daemon)
    {
        var archive = await ArchiveAsync(daemon.Directory);
        await daemon.Gantry.DoAsync("import", "-c", "ENV PATH=/bin", "-c", "CMD [\"sh\"]", archive, "busybox");
    }

    /// <summary>A tar of the root filesystem.</summary>
    public static async Task<string> ArchiveAsync(string directory)
    {
        Assert.True(File.Exists(Source), "/bin/busybox is missing: apt-get install busybox-static");
        var root = Path.Combine(directory, "busybox-root");
        foreach (var folder in new[] { "bin", "etc", "tmp", "www", "seeded" })
        {
            Directory.CreateDirectory(Path.Combine(root, folder));
        }

        File.Copy(Source, Path.Combine(root, "bin/busybox"));
        foreach (var applet in (await Shell.RunAsync(Source, ["--list"])).Succeeded().Split('\n').Where(applet => applet != "busybox"))
        {
            File.CreateSymbolicLink(Path.Combine(root, "bin", applet), "busybox");
        }

        await File.WriteAllTextAsync(Path.Combine(root, "etc/passwd"), "root:x:0:0:root:/:/bin/sh\napp:x:1001:1002:app:/tmp:/bin/sh\n");
        await File.WriteAllTextAsync(Path.Combine(root, "etc/group"), "root:x:0:\napp:x:1002:\nstaff:x:1003:\nextra:x:1004:app\n");
        await File.WriteAllTextAsync(Path.Combine(root, "www/index.html"), "a page\n");
        await File.WriteAllTextAsync(Path.Combine(root, "seeded/file"), "from the image\n");
        await UdpEcho.CompileAsync(Path.Combine(root, "bin/udp-echo"));
        var archive = Path.Combine(directory, "busybox.tar");
        (await Shell.RunAsync("/bin/tar", ["-C", root, "--owner=0", "--group=0", "-cf", archive, "."])).Succeeded();
        Directory.Delete(root, recursive: true);
        return archive;
    }
}
