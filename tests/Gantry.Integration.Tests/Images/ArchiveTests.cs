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

    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task A_repository_is_saved_with_all_its_tags(Tool tool)
    {
        var client = daemon.By(tool);
        var (name, file) = ($"several-{tool}".ToLowerInvariant(), Path.Combine(Path.GetTempPath(), $"{daemon.Name}-{tool}-all.tar"));
        await client.DoAsync("tag", "busybox", name + ":a");
        await client.DoAsync("tag", "busybox", name + ":b");
        try
        {
            await client.DoAsync("save", "-o", file, name);
            await client.DoAsync("rmi", name + ":a", name + ":b");
            var loaded = await client.DoAsync("load", "-i", file);
            Assert.Contains($"Loaded image: {name}:a", loaded, StringComparison.Ordinal);
            Assert.Contains($"Loaded image: {name}:b", loaded, StringComparison.Ordinal);
            await client.DoAsync("rmi", name + ":a", name + ":b");
            Assert.Equal((404, $"No such image: {name}"), await daemon.RefusalAsync(HttpMethod.Get, "images/get?names=" + name));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task What_is_imported_or_tagged_must_be_able_to_be()
    {
        Assert.Equal((400, "operating system is not supported"), await daemon.RefusalAsync(HttpMethod.Post, "images/create?fromSrc=-&repo=never&platform=macos/arm64"));
        Assert.Equal(
            (400, """
            "" is an invalid OS component of "/": OSAndVersion specifier component must match "^([A-Za-z0-9_-]+)(?:\\(([A-Za-z0-9_.%-]*)((?:\\+[A-Za-z0-9_.%-]+)*)\\))?$": invalid argument
            """),
            await daemon.RefusalAsync(HttpMethod.Post, "images/create?fromSrc=-&repo=never&platform=/"));
        Assert.Equal((400, "refusing to create an ambiguous tag using digest algorithm as name"), await daemon.RefusalAsync(HttpMethod.Post, "images/busybox/tag?repo=sha256&tag=x"));
        Assert.Equal((500, "syntax error in pattern"), await daemon.RefusalAsync(HttpMethod.Get, "images/json?filters={\"reference\":[\"b[\"]}"));
    }

    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task Rmi_refuses_the_last_name_of_what_is_mounted_and_the_mount_survives_force(Tool tool)
    {
        var client = daemon.By(tool);
        var (image, container) = ($"mounted-{tool}".ToLowerInvariant(), $"mounts-{tool}");
        (await client.FeedAsync($"FROM busybox\nRUN echo {image} > /x\n", "build", "-q", "-t", image, "-")).Succeeded();
        var id = await client.DoAsync("run", "-d", "--name", container, "--mount", $"type=image,src={image},dst=/i", "busybox", "sleep", "1000");
        (await client.RunAsync("rmi", image)).Refused(1, $"conflict: unable to remove repository reference \"{image}\" (must force) - container {id[..12]} is using its referenced image ");
        Assert.DoesNotContain(image, await client.DoAsync("image", "prune", "-af", "--filter", "label=nothing-has-it"), StringComparison.Ordinal);
        await client.DoAsync("rmi", "-f", image);
        await client.DoAsync("restart", "-t", "0", container);
        Assert.Equal(image, await client.DoAsync("exec", container, "cat", "/i/x"));
        await client.DoAsync("rm", "-f", container);
    }

    [Fact]
    public async Task A_commit_takes_settings_before_the_containers()
    {
        await daemon.Either.DoAsync("create", "--name", "sets", "-e", "A=1", "-l", "k=v", "--user", "5", "busybox", "sleep", "9");
        var (status, _) = await daemon.HttpAsync(HttpMethod.Post, "commit?container=sets&repo=has-set", """{"Env":["B=2"],"Cmd":["x"],"Labels":{"l":"1"},"ExposedPorts":{"80/tcp":{}},"WorkingDir":"/w"}""");
        Assert.Equal(201, status);
        Assert.Equal("5 [x] /w map[k:v l:1] map[80/tcp:{}]", await daemon.InspectAsync("has-set", "{{.Config.User}} {{.Config.Cmd}} {{.Config.WorkingDir}} {{.Config.Labels}} {{.Config.ExposedPorts}}"));
        Assert.StartsWith("[B=2 A=1", await daemon.InspectAsync("has-set", "{{.Config.Env}}"), StringComparison.Ordinal);
        await daemon.HttpAsync(HttpMethod.Post, "commit?container=sets&repo=has-set", """{"Entrypoint":["y"]}""");
        Assert.Equal("[y] []", await daemon.InspectAsync("has-set", "{{.Config.Entrypoint}} {{.Config.Cmd}}"));
        await daemon.Either.DoAsync("rm", "sets");
        await daemon.Either.DoAsync("rmi", "has-set");
    }
}
