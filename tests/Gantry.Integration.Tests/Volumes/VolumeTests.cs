using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Volumes;

public sealed class VolumeTests(SharedDaemon daemon)
{
    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task A_new_volume_starts_with_the_images_files_and_outlives_its_container(Tool tool)
    {
        var client = daemon.By(tool);
        var name = $"kept-{tool}";
        Assert.Equal("from the image", await client.DoAsync("run", "--rm", "-v", $"{name}:/seeded", "busybox", "sh", "-c", "cat /seeded/file; echo mine > /seeded/mine"));
        Assert.Equal("mine", await client.DoAsync("run", "--rm", "-v", $"{name}:/elsewhere:ro", "busybox", "cat", "/elsewhere/mine"));
        Assert.Contains("Read-only", (await client.RunAsync("run", "--rm", "-v", $"{name}:/v:ro", "busybox", "touch", "/v/x")).Error, StringComparison.Ordinal);
        var user = await client.DoAsync("create", "-v", $"{name}:/v", "busybox");
        (await client.RunAsync("volume", "rm", name)).Refused(1, $"remove {name}: volume is in use - [{user}]");
        await client.DoAsync("rm", user);
        Assert.Equal(name, await client.DoAsync("volume", "ls", "-q", "--filter", $"name={name}"));
        await client.DoAsync("volume", "rm", name);
        (await client.RunAsync("volume", "inspect", name)).Refused(1, "o such volume");
    }

    [Fact]
    public async Task Anonymous_volumes_go_with_rm_v_and_with_run_rm()
    {
        var name = await daemon.Either.DoAsync("run", "-d", "-v", "/data", "busybox", "true");
        var volume = await daemon.InspectAsync(name, "{{(index .Mounts 0).Name}}");
        await daemon.Either.DoAsync("wait", name);
        await daemon.Either.DoAsync("rm", "-v", name);
        Assert.Equal(1, (await daemon.Either.RunAsync("volume", "inspect", volume)).ExitCode);
        var shown = await daemon.Either.DoAsync("run", "--rm", "--name", "with-anonymous", "-v", "/data", "busybox", "sh", "-c", "grep ' /data ' /proc/self/mountinfo");
        var gone = System.Text.RegularExpressions.Regex.Match(shown, "[0-9a-f]{64}").Value;
        await Eventually.EqualAsync(1, async () => (await daemon.Either.RunAsync("volume", "inspect", gone)).ExitCode);
    }

    [Fact]
    public async Task Binds_share_a_host_folder_or_file_and_a_missing_mount_source_is_refused()
    {
        var folder = Directory.CreateTempSubdirectory("gi-bind-");
        try
        {
            await daemon.Either.DoAsync("run", "--rm", "-v", $"{folder.FullName}:/shared", "busybox", "sh", "-c", "echo inside > /shared/file");
            Assert.Equal("inside\n", await File.ReadAllTextAsync(Path.Combine(folder.FullName, "file"), TestContext.Current.CancellationToken));
            foreach (var bind in new[] { new[] { "-v", $"{folder.FullName}/file:/run/one:ro" }, ["--mount", $"type=bind,src={folder.FullName}/file,dst=/run/one,readonly"] })
            {
                Assert.Equal("inside", await daemon.Either.DoAsync(["run", "--rm", .. bind, "busybox", "cat", "/run/one"]));
                Assert.Contains("Read-only", (await daemon.Either.RunAsync(["run", "--rm", .. bind, "busybox", "sh", "-c", "echo x > /run/one"])).Error, StringComparison.Ordinal);
            }

            (await daemon.Either.RunAsync("run", "--rm", "--mount", $"type=bind,src={folder.FullName}/nope,dst=/x", "busybox", "true")).Refused(125, "bind source path does not exist");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_volume_is_not_removed_under_a_container_that_is_being_made()
    {
        // The more volumes come after it, the longer it waits for its container.
        var others = string.Join(',', Enumerable.Range(10, 40).Select(number => $"\"/more{number}\":{{}}"));
        for (var round = 0; round < 20; round++)
        {
            await daemon.HttpAsync(HttpMethod.Post, "volumes/create", """{"Name":"contested"}""");
            var making = daemon.HttpAsync(HttpMethod.Post, "containers/create?name=contender", $$$"""{"Image":"busybox","Cmd":["true"],"HostConfig":{"Binds":["contested:/data"]},"Volumes":{ {{{others}}} }}""");
            await Task.Delay(round * 3);
            var removed = await daemon.HttpAsync(HttpMethod.Delete, "volumes/contested");
            Assert.Equal(201, (await making).Status);
            Assert.True(removed.Status is 204 or 409, removed.Body);
            Assert.Equal(200, (await daemon.HttpAsync(HttpMethod.Get, "volumes/contested")).Status);
            Assert.Equal(204, (await daemon.HttpAsync(HttpMethod.Post, "containers/contender/start")).Status);
            Assert.Equal(204, (await daemon.HttpAsync(HttpMethod.Delete, "containers/contender?force=1&v=1")).Status);
            Assert.Equal(204, (await daemon.HttpAsync(HttpMethod.Delete, "volumes/contested")).Status);
        }
    }

    [Theory]
    [InlineData("{\"Name\":\"as-given\"}", "\"Labels\":null", "\"Options\":null")]
    [InlineData("{\"Name\":\"as-given\",\"DriverOpts\":{},\"Labels\":{}}", "\"Labels\":{}", "\"Options\":{}")]
    public async Task Labels_and_options_are_shown_as_they_were_given_null_or_empty(string asked, string labels, string options)
    {
        Assert.Equal(201, (await daemon.HttpAsync(HttpMethod.Post, "volumes/create", asked)).Status);
        var (_, shown) = await daemon.HttpAsync(HttpMethod.Get, "volumes/as-given");
        Assert.Contains(labels, shown, StringComparison.Ordinal);
        Assert.Contains(options, shown, StringComparison.Ordinal);
        Assert.Equal(204, (await daemon.HttpAsync(HttpMethod.Delete, "volumes/as-given")).Status);
    }

    [Fact]
    public async Task The_daemons_own_folder_is_bound_as_the_hosts_slave()
    {
        foreach (var source in new[] { daemon.Data, Path.Combine(daemon.Data, "volumes"), "/" })
        {
            Assert.Equal("ok", await daemon.Either.DoAsync("run", "--name", "inside", "-v", source + ":/x", "busybox", "echo", "ok"));
            Assert.Equal("rslave", await daemon.InspectAsync("inside", "{{(index .Mounts 0).Propagation}}"));
            await daemon.Either.DoAsync("rm", "inside");
            (await daemon.Either.RunAsync("create", "-v", source + ":/x:private", "busybox")).Refused(1, "must use either propagation mode \"rslave\" or \"rshared\" when mount source is within the daemon root");
            (await daemon.Either.RunAsync("create", "--mount", $"type=bind,source={source},target=/x,bind-propagation=slave", "busybox")).Refused(1, "must use either propagation mode");
        }

        await daemon.Either.DoAsync("create", "--name", "inside", "-v", "/etc:/x", "busybox");
        Assert.Equal("rprivate", await daemon.InspectAsync("inside", "{{(index .Mounts 0).Propagation}}"));
        await daemon.Either.DoAsync("rm", "inside");
    }

    [Theory]
    [InlineData(Tool.Gantry)]
    [InlineData(Tool.Docker)]
    public async Task A_subpath_is_filled_from_the_image_and_no_link_leads_out_of_it(Tool tool)
    {
        var client = daemon.By(tool);
        var name = $"sub-{tool}";
        await client.DoAsync("run", "--rm", "-v", $"{name}:/v", "busybox", "sh", "-c", "mkdir /v/new /v/hack; ln -s / /v/hack/root; ln -s root /v/hack/bad; ln -s ../new /v/hack/good");
        var root = await client.DoAsync("volume", "inspect", "-f", "{{.Mountpoint}}", name);
        Assert.Equal("from the image", await client.DoAsync("run", "--rm", "--mount", $"type=volume,src={name},dst=/seeded,volume-subpath=new", "busybox", "cat", "/seeded/file"));
        Assert.Equal("file", await client.DoAsync("run", "--rm", "--mount", $"type=volume,src={name},dst=/elsewhere,volume-subpath=hack/good", "busybox", "ls", "/elsewhere"));
        Assert.Equal("hack\nnew", await client.DoAsync("run", "--rm", "-v", $"{name}:/v", "busybox", "ls", "/v"));
        foreach (var path in (string[])["hack/root", "hack/bad"])
        {
            (await client.RunAsync("run", "--rm", "--mount", $"type=volume,src={name},dst=/elsewhere,volume-subpath={path}", "busybox", "true"))
                .Refused(125, $"path concatenation escapes the base directory, base: {root}, subpath: {path}");
        }

        // docker's status for all that is "no such file".
        (await client.RunAsync("run", "--rm", "--mount", $"type=volume,src={name},dst=/elsewhere,volume-subpath=gone", "busybox", "true"))
            .Refused(127, $"cannot access path {root}/gone: lstat {root}/gone: no such file or directory");
        await client.DoAsync("volume", "rm", name);
    }
}
