using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Images;

public sealed class ArchiveTests(SharedDaemon daemon)
{
    [Theory]
    [InlineData(Tool.Gantry, Tool.Docker)]
    [InlineData(Tool.Docker, Tool.Gantry)]
    public async Task What_one_client_saves_the_other_loads(Tool saver, Tool loader)
    {
        var file = Path.Combine(Path.GetTempPath(), $"{daemon.Name}-{saver}.tar");
        var name = $"travels-{saver}:1".ToLowerInvariant();
        try
        {
            await daemon.By(saver).DoAsync("tag", "busybox", name);
            await daemon.By(saver).DoAsync("save", "-o", file, name);
            var id = await daemon.InspectAsync(name, "{{.Id}}");
            await daemon.By(saver).DoAsync("rmi", name);
            Assert.Contains($"Loaded image: {name}", await daemon.By(loader).DoAsync("load", "-i", file), StringComparison.Ordinal);
            Assert.Equal(id, await daemon.InspectAsync(name, "{{.Id}}"));
            Assert.Equal("works", await daemon.By(loader).DoAsync("run", "--rm", name, "echo", "works"));
            await daemon.By(loader).DoAsync("rmi", name);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task Commit_and_export_and_import_keep_files_and_take_changes(Tool tool)
    {
        var client = daemon.By(tool);
        var (name, image) = ($"author-{tool}", $"written-{tool}".ToLowerInvariant());
        await client.RunAsync("run", "--name", name, "busybox", "sh", "-c", "echo kept > /kept; rm /www/index.html");
        await client.DoAsync("commit", "-m", "by hand", "-c", "CMD [\"cat\", \"/kept\"]", name, image);
        Assert.Equal("kept", await client.DoAsync("run", "--rm", image));
        Assert.Equal(1, (await client.RunAsync("run", "--rm", image, "cat", "/www/index.html")).ExitCode);
        var file = Path.Combine(Path.GetTempPath(), $"{daemon.Name}-{tool}-export.tar");
        try
        {
            await client.DoAsync("export", "-o", file, name);
            await client.DoAsync("import", "-c", "ENV PATH=/bin", file, $"{image}:flat");
            Assert.Equal("kept", await client.DoAsync("run", "--rm", $"{image}:flat", "cat", "/kept"));
        }
        finally
        {
            File.Delete(file);
        }

        await client.DoAsync("rm", name);
        await client.DoAsync("rmi", image, $"{image}:flat");
    }

    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task Rmi_refuses_what_containers_use_and_untags_before_it_deletes(Tool tool)
    {
        var client = daemon.By(tool);
        var image = $"used-{tool}:1".ToLowerInvariant();
        var made = await client.FeedAsync($"FROM busybox\nRUN echo {image} > /x\n", "build", "-q", "-t", image, "-");
        var id = made.Succeeded();
        await client.DoAsync("tag", image, image + "b");
        Assert.Equal($"Untagged: {image}b", await client.DoAsync("rmi", image + "b"));
        await client.DoAsync("run", "-d", "--name", $"user-{tool}", image, "sleep", "1000");
        (await client.RunAsync("rmi", image)).Refused(1, $"conflict: unable to remove repository reference \"{image}\" (must force) - container ");
        (await client.RunAsync("rmi", id[7..19])).Refused(1, $"conflict: unable to delete {id[7..19]} (cannot be forced) - image is being used by running container ");
        await client.DoAsync("rm", "-f", $"user-{tool}");
        Assert.Contains("Deleted: sha256:", await client.DoAsync("rmi", image), StringComparison.Ordinal);
        (await client.RunAsync("rmi", image)).Refused(1, $"No such image: {image}");
    }
}
