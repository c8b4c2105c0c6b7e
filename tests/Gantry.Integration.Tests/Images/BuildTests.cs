using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Images;

public sealed class BuildTests(SharedDaemon daemon) : IDisposable
{
    private readonly string context = Directory.CreateTempSubdirectory("gi-build-").FullName;

    public void Dispose() => Directory.Delete(context, recursive: true);

    [Fact]
    public async Task Docker_builds_stages_and_a_second_build_executes_nothing()
    {
        Write("app.txt", "version 1\n");
        Write("Dockerfile", """
            FROM busybox AS compile
            ARG WHAT=thing
            COPY app.txt /src/
            RUN echo compiling $WHAT; sed s/version/built/ /src/app.txt > /out.txt
            FROM busybox AS unused
            RUN echo never needed; exit 1
            FROM busybox
            LABEL kind=test
            RUN mkdir /app
            COPY --from=compile --chown=1001:1002 --chmod=640 /out.txt /app/out.txt
            WORKDIR /app
            USER app
            ENTRYPOINT ["cat"]
            CMD ["out.txt"]
            """);
        var first = await daemon.Docker.DoAsync("build", "-t", "staged:1", "--build-arg", "WHAT=it", context);
        Assert.Contains("compiling it", first, StringComparison.Ordinal);
        Assert.DoesNotContain("never needed\n", first.Replace("RUN echo never needed", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal("built 1", await daemon.Docker.DoAsync("run", "--rm", "staged:1"));
        Assert.Equal("-rw-r-----    1 app      app", (await daemon.Docker.DoAsync("run", "--rm", "--entrypoint", "ls", "staged:1", "-l", "out.txt"))[..28]);

        var id = await daemon.Docker.DoAsync("inspect", "-f", "{{.Id}}", "staged:1");
        var second = await daemon.Docker.DoAsync("build", "-t", "staged:1", "--build-arg", "WHAT=it", context);
        Assert.Contains("Using cache", second, StringComparison.Ordinal);
        Assert.DoesNotContain("\ncompiling it", second, StringComparison.Ordinal);
        Assert.Equal(id, await daemon.Docker.DoAsync("inspect", "-f", "{{.Id}}", "staged:1"));

        Write("app.txt", "version 2\n");
        await daemon.Docker.DoAsync("build", "-q", "-t", "staged:1", "--build-arg", "WHAT=it", context);
        Assert.Equal("built 2", await daemon.Docker.DoAsync("run", "--rm", "staged:1"));
        await daemon.Docker.DoAsync("rmi", "staged:1");
    }

    [Fact]
    public async Task Gantry_builds_with_heredoc_secret_cache_mount_and_named_context()
    {
        var other = Directory.CreateDirectory(Path.Combine(context, "other")).FullName;
        Write("other/shared.txt", "from the other context\n");
        Write("secret", "hush");
        Write("main/.dockerignore", "ignored\n");
        Write("main/ignored", "x");
        Write("main/taken", "x");
        Write("main/Dockerfile", """
            # syntax=docker/dockerfile:1
            FROM busybox
            COPY . /context/
            COPY --from=other shared.txt /shared.txt
            RUN --mount=type=secret,id=token test "$(wc -c < /run/secrets/token)" = 4
            RUN --mount=type=cache,target=/cache <<EOF
            set -e
            echo round >> /cache/rounds
            wc -l < /cache/rounds > /rounds
            EOF
            RUN --mount=type=tmpfs,target=/scratch touch /scratch/x
            COPY <<EOF /inline
            written inline
            EOF
            CMD cat /shared.txt /inline /rounds; ls -A /context; ls /run/secrets /cache 2>&1; true
            """);
        string[] build = ["build", "-t", "rich", "--build-context", $"other={other}", "--secret", $"id=token,src={context}/secret", Path.Combine(context, "main")];
        await daemon.Gantry.DoAsync(build);
        var shown = await daemon.Gantry.DoAsync("run", "--rm", "rich");
        Assert.StartsWith("from the other context\nwritten inline\n1\n", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("ignored", shown.Replace(".dockerignore", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("token", shown, StringComparison.Ordinal);
        await daemon.Gantry.DoAsync([.. build, "--no-cache"]);
        Assert.Contains("\n2\n", await daemon.Gantry.DoAsync("run", "--rm", "rich"), StringComparison.Ordinal);
        Assert.DoesNotContain("hush", await daemon.Gantry.DoAsync("history", "--no-trunc", "rich"), StringComparison.Ordinal);
        await daemon.Gantry.DoAsync("rmi", "rich");
    }

    [Fact]
    public async Task Build_steps_trust_the_hosts_authorities_only_when_told()
    {
        Write("Dockerfile", "FROM busybox\nRUN test -s \"$SSL_CERT_FILE\" && head -1 \"$SSL_CERT_FILE\" && echo trusted || echo no trust\n");
        Assert.Contains("no trust", (await daemon.Gantry.RunAsync("build", "--progress", "plain", "--no-cache", context)).Text, StringComparison.Ordinal);
        var trusted = await daemon.Gantry.RunAsync("build", "--progress", "plain", "--no-cache", "--trust-host-ca", "-t", "trusting", context);
        Assert.Contains("BEGIN CERTIFICATE", trusted.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("SSL_CERT_FILE", await daemon.Gantry.DoAsync("inspect", "-f", "{{.Config.Env}}", "trusting"), StringComparison.Ordinal);
        await daemon.Gantry.DoAsync("rmi", "trusting");
    }

    [Fact]
    public async Task Builds_of_the_same_file_at_once_do_the_work_once_and_all_succeed()
    {
        Write("Dockerfile", "FROM busybox\nRUN sleep 0.5; head -c 100000 /dev/urandom > /random\nRUN sha256sum /random > /sum\n");
        var ids = await Task.WhenAll(Enumerable.Range(0, 5).Select(number => daemon.Gantry.DoAsync("build", "-q", "-t", $"same:{number}", context)));
        Assert.Single(ids.Distinct());
        await daemon.Gantry.DoAsync("rmi", "same:0", "same:1", "same:2", "same:3", "same:4");
    }

    [Fact]
    public async Task A_build_whose_client_goes_away_stops_and_leaves_no_container()
    {
        Write("Dockerfile", "FROM busybox\nRUN echo started; sleep 987\n");
        using (var build = daemon.Gantry.Start("build", "--progress", "plain", context))
        {
            for (var line = ""; line?.Contains(" started", StringComparison.Ordinal) != true || line.Contains("sleep", StringComparison.Ordinal);)
            {
                line = await build.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);
                Assert.NotNull(line);
            }

            build.Kill();
        }

        await Eventually.EqualAsync(1, async () => (await Shell.RunAsync("/usr/bin/pgrep", ["-xf", "sleep 987"])).ExitCode);
    }

    private void Write(string name, string text)
    {
        var path = Path.Combine(context, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
