using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Compose;

public sealed class ComposeTests(SharedDaemon daemon) : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("gi-compose-").FullName;
    private readonly string port = HostPort.Free();

    public async ValueTask InitializeAsync()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "Dockerfile"), "FROM busybox\nRUN echo composed > /www/index.html\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "compose.yaml"), $$"""
            name: gi-composed
            services:
              store:
                image: busybox
                command: [sh, -c, "sleep 0.5; touch /tmp/ready; exec httpd -f -h /data"]
                healthcheck:
                  test: test -e /tmp/ready
                  interval: 200ms
                  retries: 50
                volumes: ["kept:/data"]
              web:
                build: .
                command: [sh, -c, "wget -qO- http://store/ >/dev/null 2>&1; echo greeting ${WHOM:-nobody}; exec httpd -f -h /www"]
                depends_on:
                  store: { condition: service_healthy }
                ports: ["127.0.0.1:{{port}}:80"]
              worker:
                image: busybox
                command: sleep 1000
                stop_grace_period: 0s
            volumes:
              kept:
            """);
    }

    public async ValueTask DisposeAsync()
    {
        await ComposeAsync("down", "-v", "-t", "0");
        await daemon.Gantry.RunAsync("rmi", "gi-composed-web");
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Up_ps_logs_scale_and_down_work_on_a_small_file()
    {
        (await ComposeAsync("up", "-d")).Succeeded();
        await Eventually.EqualAsync("composed\n", async () =>
        {
            try
            {
                return await HostPort.GetAsync("127.0.0.1", port);
            }
            catch (HttpRequestException refused)
            {
                return refused.Message;
            }
        });
        Assert.Equal("healthy", await daemon.InspectAsync("gi-composed-store-1", "{{.State.Health.Status}}"));
        Assert.Contains("greeting nobody", (await ComposeAsync("logs", "web")).Succeeded(), StringComparison.Ordinal);
        var listed = (await ComposeAsync("ps", "--format", "{{.Service}} {{.State}}")).Succeeded();
        Assert.Equal(["store running", "web running", "worker running"], listed.Split('\n').Order());

        var web = await daemon.InspectAsync("gi-composed-web-1", "{{.Id}}");
        (await ComposeAsync("up", "-d", "--scale", "worker=3")).Succeeded();
        Assert.Equal(web, await daemon.InspectAsync("gi-composed-web-1", "{{.Id}}"));
        Assert.Equal(3, (await daemon.Either.DoAsync("ps", "-q", "--filter", "label=com.docker.compose.project=gi-composed", "--filter", "label=com.docker.compose.service=worker")).Split('\n').Length);
        (await ComposeAsync("scale", "worker=1")).Succeeded();
        Assert.Single((await daemon.Either.DoAsync("ps", "-q", "--filter", "label=com.docker.compose.service=worker")).Split('\n'));

        (await ComposeAsync("down", "-t", "0")).Succeeded();
        Assert.Equal("", await daemon.Either.DoAsync("ps", "-aq", "--filter", "label=com.docker.compose.project=gi-composed"));
        Assert.Equal("", await daemon.Either.DoAsync("network", "ls", "-q", "--filter", "label=com.docker.compose.project=gi-composed"));
        Assert.Equal("gi-composed_kept", await daemon.Either.DoAsync("volume", "ls", "-q", "--filter", "label=com.docker.compose.project=gi-composed"));
    }

    private Task<Outcome> ComposeAsync(params string[] arguments) =>
        daemon.Gantry.RunAsync(["compose", "--project-directory", folder, "-f", Path.Combine(folder, "compose.yaml"), .. arguments]);
}
