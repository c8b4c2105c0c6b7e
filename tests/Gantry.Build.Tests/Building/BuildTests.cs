using System.Text;
using Gantry.Core;

namespace Gantry.Build.Tests.Building;

[Trait("Ring", "integration")]
public sealed class BuildTests : IDisposable
{
    private readonly BuildLab lab = new();

    public void Dispose() => lab.Dispose();

    // The history and configuration that Docker 28.5.2 writes for the same file.
    [Fact]
    public async Task Writes_history_and_configuration_as_BuildKit_does()
    {
        lab.Write("x1");
        lab.Write("x2");
        var image = await lab.BuildAsync(""""
            FROM scratch
            ARG A=1
            ENV X=y Q="a b"
            LABEL l=v
            RUN touch /t $A
            COPY --chown=1:2 --chmod=640 --link x1 x2 /dst/
            COPY nomatch* /nm/
            COPY <<EOT <<EOT2 /hd/
            hello $X
            EOT
            two
            EOT2
            WORKDIR /w
            WORKDIR sub
            EXPOSE 80 90-91/udp
            VOLUME /v /w2
            CMD echo hi
            ENTRYPOINT ["a","b c"]
            HEALTHCHECK --interval=5s --retries=3 CMD true
            SHELL ["/bin/sh","-ec"]
            STOPSIGNAL 9
            ONBUILD RUN x
            MAINTAINER me
            RUN <<E
            touch /one
            E
            USER 5
            """");
        Assert.Equal(
            [
                "ARG A=1", "ENV X=y Q=a b", "LABEL l=v", "RUN |1 A=1 /bin/sh -c touch /t $A # buildkit", "COPY --chown=1:2 --chmod=640 x1 x2 /dst/ # buildkit",
                "-COPY nomatch* /nm/ # buildkit", "COPY <<EOT <<EOT2 /hd/ # buildkit", "WORKDIR /w", "WORKDIR /w/sub", "EXPOSE [80/tcp 90/udp 91/udp]", "VOLUME [/v /w2]",
                "CMD [\"/bin/sh\" \"-c\" \"echo hi\"]", "ENTRYPOINT [\"a\" \"b c\"]", "HEALTHCHECK &{[\"CMD-SHELL\" \"true\"] \"5s\" \"0s\" \"0s\" \"0s\" '\\x03'}",
                "SHELL [/bin/sh -ec]", "STOPSIGNAL 9", "MAINTAINER me", "RUN |1 A=1 /bin/sh -ec touch /one\n # buildkit", "USER 5",
            ],
            image.Config.History.Select(entry => (entry.CreatedBy!.StartsWith("COPY nomatch", StringComparison.Ordinal) && entry.EmptyLayer ? "-" : "") + entry.CreatedBy));
        Assert.All(image.Config.History, entry => Assert.Equal("buildkit.dockerfile.v0", entry.Comment));
        Assert.All(image.Config.History, entry => Assert.NotNull(entry.Created));
        Assert.Equal(image.Layers.Count, image.Config.History.Count(entry => !entry.EmptyLayer));

        var config = image.Config.Config;
        Assert.Equal(["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "X=y", "Q=a b"], config.Env);
        Assert.Equal(["80/tcp", "90/udp", "91/udp"], config.ExposedPorts);
        Assert.Equal(["/v", "/w2"], config.Volumes);
        Assert.Equal(["a", "b c"], config.Entrypoint);
        Assert.Equal(["/bin/sh", "-c", "echo hi"], config.Cmd);
        Assert.Equal(("5", "/w/sub", "9", true, "me"), (config.User, config.WorkingDir, config.StopSignal, config.ArgsEscaped, image.Config.Author));
        Assert.Equal(["RUN x"], config.OnBuild);
        Assert.Equal("v", config.Labels["l"]);
        Assert.Equal(TimeSpan.FromSeconds(5), config.Healthcheck!.Interval);
        Assert.Contains("/hd/EOT hello y\n", await lab.ListAsync(image));
    }

    [Fact]
    public async Task Numbers_the_needed_steps_and_names_them_as_BuildKit_does()
    {
        lab.Write("f");
        await lab.BuildAsync("FROM scratch\nCOPY f /f\n", "base");
        await lab.BuildAsync("FROM base AS a\nENV X=1\nRUN echo $X\nFROM scratch AS unused\nRUN never\nFROM a\nCOPY --from=a /f /g\nCMD [\"x\"]\n");
        var started = lab.Events.OfType<BuildEvent.StepStarted>().ToList();
        var baseId = lab.Images.Get("base").Id;
        Assert.Equal(
            [
                (1, 6, $"[a 1/2] FROM docker.io/library/base:latest@{baseId}", "FROM base AS a", true), (2, 6, "[a] ENV X=1", "ENV X=1", false), (3, 6, "[a 2/2] RUN echo 1", "RUN echo $X", true),
                (4, 6, "[stage-2] FROM a", "FROM a", false), (5, 6, "[stage-2 1/1] COPY --from=a /f /g", "COPY --from=a /f /g", true), (6, 6, "[stage-2] CMD [\"x\"]", "CMD [\"x\"]", false),
            ],
            started.OrderBy(e => e.Step).Select(e => (e.Step, e.Total, e.Name, e.Instruction, e.HasVertex)));
        Assert.Equal(6, lab.Events.OfType<BuildEvent.StepCompleted>().Count());
        Assert.Equal("/bin/sh -c echo $X\n", Encoding.UTF8.GetString(Assert.Single(lab.Events.OfType<BuildEvent.StepOutput>()).Bytes.Span));
        Assert.DoesNotContain(lab.Executor.Steps, step => step.Args[^1] == "never");

        await lab.BuildAsync("FROM scratch\nCOPY f /f\n");
        Assert.Equal(["FROM scratch", "[1/1] COPY f /f"], lab.Events.OfType<BuildEvent.StepStarted>().Select(e => e.Name));
    }

    [Fact]
    public async Task Solves_independent_stages_at_once()
    {
        var (a, b) = (new TaskCompletionSource(), new TaskCompletionSource());
        lab.Executor.On("meet-a", (step, token) => Meet(step, "a", a, b, token));
        lab.Executor.On("meet-b", (step, token) => Meet(step, "b", b, a, token));
        var image = await lab.BuildAsync("FROM scratch AS a\nRUN meet-a\nFROM scratch AS b\nRUN meet-b\nFROM scratch\nCOPY --from=a / /\nCOPY --from=b / /\n");
        Assert.Equal(["/a ", "/b "], await lab.ListAsync(image));

        static async Task<int> Meet(ExecStep step, string name, TaskCompletionSource here, TaskCompletionSource there, CancellationToken token)
        {
            here.SetResult();
            await there.Task.WaitAsync(TimeSpan.FromSeconds(20), token);
            await File.WriteAllTextAsync(step.RootDirectory + "/" + name, "", token);
            return 0;
        }
    }

    [Fact]
    public async Task A_failing_step_stops_the_build_and_leaves_nothing()
    {
        var waiting = new TaskCompletionSource();
        var stopped = false;
        lab.Executor.On("forever", async (_, token) =>
        {
            waiting.SetResult();
            await Task.Delay(Timeout.Infinite, token).ContinueWith(_ => stopped = true, TaskScheduler.Default);
            return 137;
        });
        lab.Executor.On("exit 3", async (_, _) =>
        {
            await waiting.Task;
            return 3;
        });
        var error = await Assert.ThrowsAsync<GantryException>(() => lab.BuildAsync("FROM scratch AS a\nRUN forever\nFROM scratch\nRUN exit 3\nCOPY --from=a / /\n"));
        Assert.Equal("The command '/bin/sh -c exit 3' returned a non-zero code: 3", error.Message);
        Assert.Equal(ErrorKind.Internal, error.Kind);
        Assert.True(stopped);
        Assert.Equal(error.Message, Assert.Single(lab.Events.OfType<BuildEvent.StepFailed>()).Message);
        NothingIsLeft();
    }

    [Fact]
    public async Task Cancelling_stops_and_leaves_nothing()
    {
        using var cancel = new CancellationTokenSource();
        lab.Executor.On("slow", async (_, token) =>
        {
            await cancel.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
            return 0;
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => lab.BuildAsync("FROM scratch\nRUN slow\n", cancellationToken: cancel.Token));
        NothingIsLeft();
        Assert.Equal(0, lab.Builder.CacheRecords().Sum(record => record.Size));
    }

    [Fact]
    public async Task Scopes_arguments_by_stage()
    {
        await lab.BuildAsync("FROM scratch\nLABEL x=1\n", "img:2");
        await lab.BuildAsync(
            """
            ARG V=1
            ARG W=w$V
            FROM img:$V AS a
            RUN a
            ARG V
            ARG W=local-$V
            RUN b
            ENV W=env
            RUN c
            FROM a
            RUN d
            FROM img:${V}
            ARG TARGETPLATFORM
            ARG GIVEN=no
            ARG UNSET
            RUN e
            COPY --from=1 / /
            """,
            request => request with { Arguments = new Dictionary<string, string?> { ["V"] = "2", ["GIVEN"] = "yes", ["HTTP_PROXY"] = "p", ["LOST"] = "1" }, Platform = new Platform("linux", "amd64") });
        var path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
        string[] proxies = ["HTTP_PROXY=p", "http_proxy=p"];
        Assert.Equal([path, .. proxies], Env("a"));
        Assert.Equal([path, "V=2", "W=local-2", .. proxies], Env("b"));
        Assert.Equal([path, "V=2", "W=env", .. proxies], Env("c"));
        Assert.Equal([path, "W=env", "V=2", .. proxies], Env("d").OrderBy(e => e.StartsWith('V') ? 1 : e.StartsWith('W') ? 0 : e.StartsWith('P') ? -1 : 2));
        Assert.Equal([path, "TARGETPLATFORM=linux/amd64", "GIVEN=yes", .. proxies], Env("e"));
        Assert.Equal("One or more build-args [LOST] were not consumed", Assert.Single(lab.Events.OfType<BuildEvent.Warning>()).Message);

        IReadOnlyList<string> Env(string command) => lab.Executor.Steps.Single(step => step.Args[^1] == command).Env;
    }

    [Fact]
    public async Task Gives_steps_their_user_directory_shell_and_network()
    {
        await lab.BuildAsync(
            "FROM scratch\nSHELL [\"/bin/bash\",\"-c\"]\nUSER u:g\nWORKDIR /w\nRUN one\nRUN --network=none [\"two\",\"x\"]\n".Replace("USER u:g\nWORKDIR /w", "WORKDIR /w\nUSER u:g"),
            request => request with { NetworkMode = "mine", ExtraHosts = ["h:1.2.3.4"], ShmSize = 5, TrustHostCertificates = true });
        var steps = lab.Executor.Steps.ToArray();
        Assert.Equal(["/bin/bash", "-c", "one"], steps[0].Args);
        Assert.Equal(("u:g", "/w", "mine", 5L, true), (steps[0].User, steps[0].WorkingDirectory, steps[0].NetworkMode, steps[0].ShmSize, steps[0].TrustHostCertificates));
        Assert.Equal(["h:1.2.3.4"], steps[0].ExtraHosts);
        Assert.Equal(["two", "x"], steps[1].Args);
        Assert.Equal("none", steps[1].NetworkMode);
    }

    [Fact]
    public async Task Mounts_contexts_stages_caches_and_secrets()
    {
        lab.Write("d/f", "F");
        lab.Write("d/no.log");
        lab.Write(".dockerignore", "**/*.log");
        string? secret = null;
        lab.Executor.On("step", step =>
        {
            var mounts = step.Mounts.ToDictionary(mount => mount.Target);
            Assert.Equal("F", File.ReadAllText(mounts["/ctx"].Source + "/f"));
            Assert.False(File.Exists(mounts["/ctx"].Source + "/no.log"));
            Assert.True(mounts["/ctx"].ReadOnly);
            Assert.Equal("S", File.ReadAllText(mounts["/w/stage"].Source));
            Assert.False(mounts["/rw"].ReadOnly);
            File.WriteAllText(mounts["/rw"].Source + "/made", "");
            Assert.Equal(("tmpfs", 1L << 20), (mounts["/tmp"].Type, mounts["/tmp"].TmpfsSize));
            Assert.Equal(lab.BuilderDirectory + "/cache-mounts/c", mounts["/cache"].Source);
            File.AppendAllText(mounts["/cache"].Source + "/count", "x");
            secret = mounts["/run/secrets/s"].Source;
            Assert.Equal("hush", File.ReadAllText(secret));
            Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(secret));
            Assert.Contains("TOKEN=hush", step.Env);
            Assert.DoesNotContain("/run/secrets/missing", mounts.Keys);
        });
        const string dockerfile = """
            FROM scratch AS other
            RUN touch /dir/file S
            FROM scratch
            WORKDIR /w
            RUN --mount=target=/ctx,source=d --mount=from=other,source=/dir/file,target=stage --mount=from=other,target=/rw,rw \
              --mount=type=tmpfs,target=/tmp,size=1m --mount=type=cache,id=c,target=/cache \
              --mount=type=secret,id=s --mount=type=secret,id=s,env=TOKEN --mount=type=secret,id=missing step
            """;
        var image = await lab.BuildAsync(dockerfile, Secrets);
        Assert.Equal(["/w/"], await lab.ListAsync(image));
        Assert.False(File.Exists(secret));
        await lab.BuildAsync(dockerfile, request => Secrets(request) with { NoCache = true });
        Assert.Equal("xx", File.ReadAllText(lab.BuilderDirectory + "/cache-mounts/c/count"));
        NothingIsLeft();
        Assert.Equal(-1, Find(lab.BuilderDirectory, "hush"u8.ToArray()));

        lab.Write("d/f", "changed");
        await Assert.ThrowsAnyAsync<Exception>(() => lab.BuildAsync(dockerfile, Secrets));
        Assert.Equal("secret s: not found", (await Assert.ThrowsAsync<GantryException>(() => lab.BuildAsync("FROM scratch\nRUN --mount=type=secret,id=s,required=true x\n"))).Message);

        static BuildRequest Secrets(BuildRequest request) => request with { Secrets = new Dictionary<string, byte[]> { ["s"] = "hush"u8.ToArray() } };
        static int Find(string directory, byte[] bytes) => Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Max(file => (int?)File.ReadAllBytes(file).AsSpan().IndexOf(bytes)) ?? -1;
    }

    [Fact]
    public async Task Locks_private_and_locked_cache_mounts()
    {
        var together = 0;
        var sources = new System.Collections.Concurrent.ConcurrentBag<string>();
        lab.Executor.On("locked", async (_, token) =>
        {
            Assert.Equal(1, Interlocked.Increment(ref together));
            await Task.Delay(50, token);
            Interlocked.Decrement(ref together);
            return 0;
        });
        var (a, b) = (new TaskCompletionSource(), new TaskCompletionSource());
        lab.Executor.On("private", async (step, token) =>
        {
            sources.Add(step.Mounts[0].Source);
            (step.Args[^1].EndsWith('1') ? a : b).SetResult();
            await Task.WhenAll(a.Task, b.Task).WaitAsync(TimeSpan.FromSeconds(20), token);
            return 0;
        });
        foreach (var kind in new[] { "locked", "private" })
        {
            await lab.BuildAsync($"FROM scratch AS a\nRUN --mount=type=cache,target=/c,sharing={kind} {kind} 1\nFROM scratch AS b\nRUN --mount=type=cache,target=/c,sharing={kind} {kind} 2\nFROM scratch\nCOPY --from=a / /\nCOPY --from=b / /\n");
        }

        Assert.Equal(2, sources.Distinct().Count());
    }

    [Fact]
    public async Task Runs_here_documents()
    {
        lab.Executor.On("/dev/pipes/EOF", step =>
        {
            var script = Assert.Single(step.Mounts);
            Assert.Equal(("/dev/pipes/EOF", "#!/bin/x\nhi\n"), (script.Target, File.ReadAllText(script.Source)));
            Assert.True(File.GetUnixFileMode(script.Source).HasFlag(UnixFileMode.OtherExecute));
        });
        await lab.BuildAsync("FROM scratch\nRUN <<EOF\n#!/bin/x\nhi\nEOF\nRUN <<EOF\necho 1\necho 2\nEOF\nRUN cat <<EOF > /x\n$A\nEOF\n");
        Assert.Equal(["/dev/pipes/EOF", "echo 1\necho 2\n", "cat <<EOF > /x\n$A\nEOF"], lab.Executor.Steps.Select(step => step.Args[^1]));
    }

    [Fact]
    public async Task Triggers_ONBUILD_once()
    {
        lab.Write("f", "F");
        await lab.BuildAsync("FROM scratch\nONBUILD COPY f /onbuild\nONBUILD RUN touch /ran\n", "trigger");
        var child = await lab.BuildAsync("FROM trigger\nCMD [\"x\"]\n", "child");
        Assert.Equal(["/onbuild F", "/ran "], await lab.ListAsync(child));
        Assert.Empty(child.Config.Config.OnBuild);
        Assert.Contains(lab.Events.OfType<BuildEvent.StepStarted>(), e => e.Name == "[2/3] ONBUILD COPY f /onbuild");
        Assert.Equal(["/onbuild F", "/ran "], await lab.ListAsync(await lab.BuildAsync("FROM child\n")));
        Assert.Equal(["/f F", "/onbuild F"], await lab.ListAsync(await lab.BuildAsync("FROM scratch AS t\nONBUILD COPY f /onbuild\nFROM t\nCOPY f /\n")));
    }

    [Fact]
    public async Task ENTRYPOINT_drops_an_inherited_command_only()
    {
        await lab.BuildAsync("FROM scratch\nCMD [\"c\"]\nENTRYPOINT [\"e\"]\n", "both");
        Assert.Equal(["c"], lab.Images.Get("both").Config.Config.Cmd);
        Assert.Null((await lab.BuildAsync("FROM both\nENTRYPOINT [\"f\"]\n")).Config.Config.Cmd);
        Assert.Equal(["d"], (await lab.BuildAsync("FROM both\nCMD [\"d\"]\nENTRYPOINT [\"f\"]\n")).Config.Config.Cmd);
    }

    [Fact]
    public async Task Takes_named_contexts_for_images_stages_and_sources()
    {
        var other = Path.Combine(lab.Context, "..", "other");
        Directory.CreateDirectory(other);
        await File.WriteAllTextAsync(other + "/o", "O");
        lab.Write("f", "F");
        await lab.BuildAsync("FROM scratch\nCOPY f /real\n", "real:1");
        var image = await lab.BuildAsync(
            "FROM debian AS base\nFROM scratch AS replaced\nRUN never\nFROM base\nCOPY --from=files o /o\nCOPY --from=replaced / /r/\nCOPY --from=real:1 /real /i\n",
            request => request with { NamedContexts = new Dictionary<string, string> { ["debian"] = "docker-image://real:1", ["files"] = other, ["replaced"] = other } });
        Assert.Equal(["/i F", "/o O", "/r/", "/r/o O", "/real F"], await lab.ListAsync(image));
        Assert.Empty(lab.Executor.Steps);
        Assert.Equal(["real:1"], lab.Resolver.Asked.Distinct());
    }

    [Fact]
    public async Task Builds_a_target_by_name_or_number_and_labels_it()
    {
        const string dockerfile = "FROM scratch AS One\nRUN touch /1\nFROM scratch\nRUN touch /2\nFROM one\nRUN touch /3\n";
        Assert.Equal(["/1 "], await lab.ListAsync(await lab.BuildAsync(dockerfile, request => request with { Target = "ONE" })));
        Assert.Equal(["/2 "], await lab.ListAsync(await lab.BuildAsync(dockerfile, request => request with { Target = "1" })));
        var image = await lab.BuildAsync(dockerfile, request => request with { Labels = new Dictionary<string, string> { ["a"] = "b" } });
        Assert.Equal(["/1 ", "/3 "], await lab.ListAsync(image));
        Assert.Equal("b", image.Config.Config.Labels["a"]);
        Assert.Equal("target stage \"onne\" could not be found (did you mean one?)", (await Assert.ThrowsAsync<GantryException>(() => lab.BuildAsync(dockerfile, request => request with { Target = "onne" }))).Message);
    }

    [Fact]
    public async Task Gives_the_same_image_for_the_same_epoch()
    {
        lab.Write("f", "F");
        const string dockerfile = "FROM scratch\nCOPY f /f\nRUN touch /x\nENV A=b\nWORKDIR /w\n";
        var first = await lab.BuildAsync(dockerfile, Epoch);
        await Task.Delay(1100);
        File.SetLastWriteTimeUtc(Path.Combine(lab.Context, "f"), DateTime.UtcNow);
        var second = await lab.BuildAsync(dockerfile, request => Epoch(request) with { NoCache = true });
        Assert.Equal(first.Id, second.Id);
        Assert.All(second.Config.History, entry => Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_000_000_000), entry.Created));

        static BuildRequest Epoch(BuildRequest request) => request with { SourceDateEpoch = DateTimeOffset.FromUnixTimeSeconds(1_000_000_000) };
    }

    [Theory]
    [InlineData("FROM ${x}\n", "base name (${x}) should not be blank")]
    [InlineData("FROM scratch AS a\nCOPY --from=b /x /x\nFROM scratch AS b\nFROM a\n", "cannot copy from stage \"b\", it needs to be defined before current stage \"a\"")]
    [InlineData("FROM scratch AS x\nCOPY --from=x /a /b\n", "circular dependency detected on stage: x")]
    [InlineData("FROM nosuch\n", "nosuch:latest: not found")]
    [InlineData("FROM scratch\nEXPOSE abc\n", "invalid containerPort: abc")]
    [InlineData("FROM scratch\nSTOPSIGNAL FOO\n", "invalid signal: FOO")]
    [InlineData("FROM scratch\nRUN --security=insecure x\n", "granting entitlement security.insecure is not allowed by build daemon configuration")]
    [InlineData("FROM scratch\nENV x=${y:?no}\n", "failed to process \"${y:?no}\": y: no")]
    [InlineData("FROM Upper:1\n", "failed to parse stage name \"Upper:1\": invalid reference format: repository name (library/Upper) must be lowercase")]
    public async Task Says_what_is_wrong(string dockerfile, string message)
    {
        var error = await Assert.ThrowsAsync<GantryException>(() => lab.BuildAsync(dockerfile));
        Assert.Equal(message, error.Message);
        NothingIsLeft();
    }

    [Fact]
    public async Task Reads_the_Dockerfile_from_the_context()
    {
        lab.Write("sub/My.Dockerfile", "FROM scratch\nCOPY . /\n");
        var image = await lab.BuildAsync("", request => request with { DockerfileText = null, DockerfilePath = "sub/My.Dockerfile" });
        Assert.Contains("/sub/", await lab.ListAsync(image));
        var error = await Assert.ThrowsAsync<GantryException>(() => lab.BuildAsync("", request => request with { DockerfileText = null }));
        Assert.Equal("Cannot locate specified Dockerfile: Dockerfile", error.Message);
    }

    private void NothingIsLeft()
    {
        Assert.Empty(lab.Snapshots.All());
        Assert.DoesNotContain(lab.BuilderDirectory, File.ReadAllText("/proc/self/mounts"));
        Assert.DoesNotContain(Path.GetDirectoryName(lab.BuilderDirectory)!, File.ReadAllText("/proc/self/mounts"));
        Assert.Empty(Directory.Exists(lab.BuilderDirectory + "/scratch") ? Directory.EnumerateFileSystemEntries(lab.BuilderDirectory + "/scratch") : []);
        Assert.Empty(Directory.EnumerateFileSystemEntries("/dev/shm", "gantry-build-*"));
    }
}
