using System.Text.Json.Nodes;
using Gantry.Client.Tests;

namespace Gantry.Cli.Tests;

/// <summary>The same command line to docker's CLI and to ours, over the same daemon: what they print and send must be equal.</summary>
[Trait("Ring", "compatibility")]
public sealed class DockerComparisonTests
{
    private const string Id = "4f2a9e1b0c3d4f2a9e1b0c3d4f2a9e1b0c3d4f2a9e1b0c3d4f2a9e1b0c3d4f2a";

    private static readonly Dictionary<string, string> Answers = new()
    {
        ["/containers/json"] = """
            [{"Id":"ID64","Names":["/web"],"Image":"nginx:1.27","ImageID":"sha256:ID64","Command":"/docker-entrypoint.sh nginx -g 'daemon off;'","Created":1700000000,
              "Ports":[{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"},{"IP":"::","PrivatePort":80,"PublicPort":8080,"Type":"tcp"},{"PrivatePort":443,"Type":"tcp"},{"PrivatePort":444,"Type":"tcp"}],
              "SizeRw":12345678,"SizeRootFs":98765432,"Labels":{"b":"2","a":"1"},"State":"running","Status":"Up 3 minutes (healthy)","HostConfig":{"NetworkMode":"bridge"},
              "NetworkSettings":{"Networks":{"app":{}}},"Mounts":[{"Type":"volume","Name":"a-very-long-volume-name","Source":"","Destination":"/d","Driver":"local","Mode":"","RW":true,"Propagation":""}]},
             {"Id":"ffID62","Names":["/db"],"Image":"sha256:ID64","ImageID":"sha256:ID64","Command":"","Created":1690000000,"Ports":[],"Labels":null,"State":"exited","Status":"Exited (0) 2 hours ago",
              "HostConfig":{},"NetworkSettings":{"Networks":{}},"Mounts":[]}]
            """,
        ["/containers/web/json"] = """
            {"Id":"ID64","Created":"2025-01-02T03:04:05.678Z","Path":"sh","Args":["-c","x"],"State":{"Status":"running","Running":true,"Pid":42,"ExitCode":0,"StartedAt":"2025-01-02T03:04:05Z","Health":{"Status":"healthy","FailingStreak":0,"Log":[]}},
             "Image":"sha256:ID64","Name":"/web","RestartCount":0,"HostConfig":{"Memory":1048576,"NetworkMode":"bridge"},"Mounts":[{"Type":"bind","Source":"/a","Destination":"/b","Mode":"ro","RW":false,"Propagation":"rprivate"}],
             "Config":{"Image":"nginx","Env":["A=1","B=2"],"Labels":{"x.y":"z"},"Cmd":null,"Tty":false},
             "NetworkSettings":{"Ports":{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"},{"HostIp":"::","HostPort":"8080"}],"443/tcp":null},"Networks":{"app":{"IPAddress":"172.18.0.2","Aliases":["w"]}}}}
            """,
        ["/containers/bare/json"] = """
            {"Id":"ID64","Created":"2025-01-02T03:04:05.678Z","Path":"sh","Args":null,"State":{"Status":"exited","Running":false,"Paused":false,"Restarting":false,"OOMKilled":false,"Dead":false,"Pid":0,"ExitCode":3,"Error":"","StartedAt":"2025-01-02T03:04:05Z","FinishedAt":"0001-01-01T00:00:00Z"},
             "Image":"sha256:ID64","Name":"/bare","ExecIDs":null,"HostConfig":{"Binds":null,"Dns":null,"CapAdd":null,"PortBindings":null,"Ulimits":null,"PidsLimit":null,"LogConfig":{"Type":"json-file","Config":null},"RestartPolicy":{"Name":"no","MaximumRetryCount":0}},
             "Mounts":null,"Config":{"Image":"nginx","Env":null,"Labels":null,"Cmd":null,"Entrypoint":null,"Volumes":null},"NetworkSettings":{"Ports":null,"Networks":null}}
            """,
        ["/containers/probed/json"] = """
            {"Id":"ID64","Created":"2025-01-02T03:04:05.678Z","Path":"sh","Args":["-c","x"],"State":{"Status":"running","Running":true,"Paused":false,"Restarting":false,"OOMKilled":false,"Dead":false,"Pid":42,"ExitCode":0,"Error":"","StartedAt":"2025-01-02T03:04:05Z","FinishedAt":"0001-01-01T00:00:00Z",
             "Health":{"Status":"unhealthy","FailingStreak":2,"Log":[{"Start":"2025-01-02T03:04:05.123456789Z","End":"2025-01-02T05:04:05.5+02:00","ExitCode":1,"Output":"no"}]}},
             "Image":"sha256:ID64","ResolvConfPath":"/r","HostnamePath":"/h","HostsPath":"/o","LogPath":"/l","Name":"/probed","RestartCount":0,"Driver":"overlay2","Platform":"linux","MountLabel":"","ProcessLabel":"","AppArmorProfile":"","ExecIDs":["a"],
             "HostConfig":{"Binds":["/a:/b"],"Memory":1048576,"CpuShares":7,"NanoCpus":1500000000,"NetworkMode":"bridge","PidsLimit":100,"OomKillDisable":false,"Devices":[{"PathOnHost":"/dev/a","PathInContainer":"/dev/b","CgroupPermissions":"rwm"}],"LogConfig":{"Type":"json-file","Config":{}}},
             "GraphDriver":{"Data":{"x":"y"},"Name":"overlay2"},"Mounts":[{"Type":"bind","Source":"/a","Destination":"/b","Mode":"","RW":true,"Propagation":"rprivate"}],
             "Config":{"Hostname":"h","Image":"nginx","Env":["A=1"],"Labels":{},"Cmd":["x"],"ExposedPorts":{"80/tcp":{}},"Healthcheck":{"Test":["CMD","x"],"Interval":90000000000,"Timeout":1500000,"Retries":3}},
             "NetworkSettings":{"Bridge":"","SandboxID":"s","SandboxKey":"","Ports":{"80/tcp":[{"HostIp":"0.0.0.0","HostPort":"8080"}],"443/tcp":null},"Networks":{"app":{"IPAMConfig":null,"Links":null,"Aliases":["w"],"MacAddress":"02:42:ac:12:00:02","DriverOpts":null,"GwPriority":0,"NetworkID":"n","EndpointID":"e","Gateway":"172.18.0.1","IPAddress":"172.18.0.2","IPPrefixLen":16,"IPv6Gateway":"","GlobalIPv6Address":"","GlobalIPv6PrefixLen":0,"DNSNames":null}}}}
            """,
        ["/images/bare/json"] = """
            {"Id":"sha256:ID64","RepoTags":["a:1","a:2"],"RepoDigests":null,"Parent":"","Comment":"","Created":"2025-01-02T03:04:05Z","DockerVersion":"","Author":"","Config":{"User":"","Env":null,"Cmd":null,"Labels":null,"Entrypoint":["x"],"Volumes":null},
             "Architecture":"amd64","Os":"linux","Size":123,"GraphDriver":{"Data":null,"Name":"overlay2"},"RootFS":{"Type":"layers","Layers":["sha256:a","sha256:b"]},"Metadata":{"LastTagTime":"2025-01-02T03:04:05.5Z"}}
            """,
        ["/networks/bare"] = """
            {"Name":"bare","Id":"ID64","Created":"2025-01-02T03:04:05.25Z","Scope":"local","Driver":"bridge","EnableIPv4":true,"EnableIPv6":false,"IPAM":{"Driver":"default","Options":null,"Config":null},"Internal":false,"Containers":null,"Options":null,"Labels":null}
            """,
        ["/volumes/bare"] = """{"CreatedAt":"2025-01-02T03:04:05Z","Driver":"local","Labels":null,"Mountpoint":"/m","Name":"bare","Options":null,"Scope":"local"}""",
        ["/containers/web/stats"] = """
            {"name":"/web","id":"ID64","read":"2025-01-02T03:04:06Z","preread":"2025-01-02T03:04:05Z","num_procs":0,"pids_stats":{"current":3},"blkio_stats":{"io_service_bytes_recursive":null},
             "cpu_stats":{"cpu_usage":{"total_usage":2000},"system_cpu_usage":100000,"online_cpus":2},"precpu_stats":{"cpu_usage":{"total_usage":1000},"system_cpu_usage":90000,"online_cpus":2},"memory_stats":{"usage":2000000,"limit":8000000,"stats":{"inactive_file":500000}}}
            """,
        ["/version"] = """
            {"Platform":{"Name":""},"Components":[{"Name":"Engine","Version":"28.5.2","Details":{"ApiVersion":"1.51","Os":"linux","Arch":"amd64"}},{"Name":"runc","Version":"1.3","Details":null}],"Version":"28.5.2","ApiVersion":"1.51","MinAPIVersion":"1.24","GitCommit":"x","GoVersion":"go1","Os":"linux","Arch":"amd64","KernelVersion":"6.1"}
            """,
        ["/info"] = """
            {"ID":"abc","Containers":2,"Images":3,"Driver":"overlay2","DriverStatus":[["a","b"],["c","d"]],"Plugins":{"Volume":["local"],"Network":["bridge"],"Authorization":null,"Log":null},"NCPU":2,"MemTotal":4000000,"Labels":null,"SecurityOptions":null,"Name":"host","ServerVersion":"28.5.2",
             "RegistryConfig":{"InsecureRegistryCIDRs":["::1/128"],"IndexConfigs":{},"Mirrors":null},"Runtimes":{"runc":{"path":"runc"}},"Swarm":{"NodeID":"","NodeAddr":"","LocalNodeState":"inactive","ControlAvailable":false,"Error":"","RemoteManagers":null},"RuncCommit":{"ID":"1.3"},"CDISpecDirs":null,"Warnings":null}
            """,
        ["/containers/web/top"] = """{"Titles":["UID","PID","CMD"],"Processes":[["root","1234","nginx: master process"],["www","1240","nginx"]]}""",
        ["/containers/web/changes"] = """[{"Path":"/etc","Kind":0},{"Path":"/etc/new","Kind":1},{"Path":"/old","Kind":2}]""",
        ["/containers/web/update"] = """{"Warnings":["careful"]}""",
        ["/containers/prune"] = """{"ContainersDeleted":["abc"],"SpaceReclaimed":1234567}""",
        ["/images/json"] = """
            [{"Id":"sha256:ID64","RepoTags":["nginx:1.27","nginx:dev"],"RepoDigests":["nginx@sha256:ID64"],"Created":1700000000,"Size":187654321,"SharedSize":-1,"Containers":-1,"Labels":{}},
             {"Id":"sha256:aaID62","RepoTags":[],"RepoDigests":[],"Created":1600000000,"Size":999,"SharedSize":-1,"Containers":-1,"Labels":null}]
            """,
        ["/images/search"] = """
            [{"name":"nginx","description":"A web server\\nof two lines, with a description that is much longer than the column","star_count":20,"is_official":true,"is_automated":false},
             {"name":"me/nginx","description":"","star_count":0,"is_official":false,"is_automated":true}]
            """,
        ["/images/nginx/history"] = """
            [{"Id":"sha256:ID64","Created":1700000000,"CreatedBy":"/bin/sh -c #(nop)  CMD [\"nginx\" \"-g\" \"daemon off;\"]","Tags":["nginx:1.27"],"Size":0,"Comment":""},
             {"Id":"<missing>","Created":1600000000,"CreatedBy":"COPY x y","Tags":null,"Size":7654321,"Comment":"buildkit"}]
            """,
        ["/networks"] = """
            [{"Name":"bridge","Id":"ID64","Created":"2025-01-02T03:04:05Z","Scope":"local","Driver":"bridge","EnableIPv4":true,"EnableIPv6":false,"IPAM":{},"Internal":false,"Labels":{"q":"r"}},
             {"Name":"app10","Id":"aaID62","Created":"2025-01-02T03:04:05Z","Scope":"local","Driver":"bridge","EnableIPv4":true,"IPAM":{},"Internal":true,"Labels":{}},
             {"Name":"app2","Id":"bbID62","Created":"2025-01-02T03:04:05Z","Scope":"local","Driver":"host","EnableIPv4":true,"IPAM":{},"Internal":true,"Labels":{}}]
            """,
        ["/volumes"] = """{"Volumes":[{"Name":"data","Driver":"local","Mountpoint":"/m","Scope":"local","Labels":{"k":"v"},"Options":null},{"Name":"cache","Driver":"local","Mountpoint":"/n","Scope":"local","Labels":null,"Options":null}],"Warnings":null}""",
        ["/volumes/data"] = """{"CreatedAt":"2025-01-02T03:04:05Z","Driver":"local","Labels":{"k":"v"},"Mountpoint":"/m","Name":"data","Options":null,"Scope":"local"}""",
        ["/system/df"] = """
            {"LayersSize":187654321,"Images":[{"Id":"sha256:ID64","RepoTags":["nginx:1.27"],"RepoDigests":[],"Created":1700000000,"Size":187654321,"SharedSize":0,"Containers":1}],
             "Containers":[{"Id":"ID64","Names":["/web"],"State":"running","SizeRw":1000}],"Volumes":[{"Name":"data","Driver":"local","UsageData":{"RefCount":0,"Size":5000}}],
             "BuildCache":[{"ID":"a","Type":"regular","Size":700,"InUse":false,"Shared":false,"CreatedAt":"2025-01-02T03:04:05Z","UsageCount":1}]}
            """,
        ["/events"] = """{"status":"start","id":"abc","from":"nginx","Type":"container","Action":"start","Actor":{"ID":"abc","Attributes":{"name":"web","image":"nginx"}},"scope":"local","time":1700000000,"timeNano":1700000000123456700}""" + "\n",
    };

    public static TheoryData<string> SameOutput => new(
        "ps", "ps -a", "ps --no-trunc", "ps -q", "ps -s", "container ls -q --no-trunc", "ps --format json", "ps --format {{.ID}}:{{.Names}}:{{.Mounts}}:{{.Networks}}:{{.Labels}}",
        "ps --format table_{{.Names}}\\t{{.Ports}}\\t{{.Label_\"a\"}}", "ps --format {{json_.}}", "ps --format {{.CreatedAt}}|{{.RunningFor}}|{{.State}}|{{.LocalVolumes}}|{{.Size}}", "ps --format {{.Nope}}", "ps --format {{.ID", "ps --format {{nope}}",
        "ps --format {{upper_.Names}}{{range_split_.Ports_\",\"}}<{{.}}>{{end}}{{printf_\"%-8s|%5d|%q\"_.State_7_.Names}}", "ps --format {{if_eq_.State_\"running\"}}yes{{else}}no{{end}}{{with_.Labels}}[{{.}}]{{else}}-{{end}}",
        "ps --format {{$x_:=_.Names}}{{len_$x}}{{truncate_.ID_5}}{{pad_.State_1_2}}{{title_.State}}{{join_(split_.Names_\"e\")_\"-\"}}{{println_1_2.5_true}}",
        "images", "images --digests", "images -q", "images --no-trunc", "images --format json", "images --format {{.Repository}}:{{.Tag}}@{{.Digest}}_{{.Size}}_{{.CreatedAt}}", "image ls --format table_{{.ID}}\\t{{.Repository}}",
        "history nginx", "history --no-trunc nginx", "history -H=false nginx", "history -q nginx", "history --format json nginx",
        "network ls", "network ls --no-trunc", "network ls -q", "network ls --format json", "network ls --format {{.Name}}|{{.Internal}}|{{.IPv6}}|{{.Labels}}|{{.CreatedAt}}",
        "volume ls", "volume ls -q", "volume ls --format json", "volume inspect data", "volume inspect -f {{.Mountpoint}}_{{json_.Labels}} data", "volume inspect nope data",
        "port web", "port web 80", "port web 80/tcp", "port web 443", "port web 81", "top web", "diff web", "update --memory 10m web", "update web",
        "inspect -f {{.State.Running}}|{{.Id}}|{{.Config.Image}}|{{.HostConfig.Memory}} web", "inspect -f {{range_.Mounts}}{{.Source}}:{{.Destination}};{{end}} web",
        "inspect -f {{range_$k,_$v_:=_.NetworkSettings.Networks}}{{$k}}={{$v.IPAddress}}{{end}} web", "inspect -f {{json_.Mounts}} web", "inspect -f {{index_.Config.Labels_\"x.y\"}}{{index_.Config.Env_1}} web",
        "inspect -f {{.State.Health.Status}}{{if_.State.Health}}!{{end}}{{len_.Config.Env}}{{.Args}} web", "inspect -f {{(index_(index_.NetworkSettings.Ports_\"80/tcp\")_0).HostPort}} web", "inspect --type image web",
        "system df", "system df --format json", "system df -v", "system df -v --format json", "system df -v --format {{.Nope}}", "system df -v --format table_{{range_.Volumes}}{{.Name}}_{{.Links}}{{end}}",
        "system df -v --format {{range_.Images}}{{.Repository}}|{{.Digest}}|{{.UniqueSize}}{{end}}{{range_.Containers}}{{.Names}}|{{.Size}}{{end}}{{range_.BuildCache}}{{.CacheType}}|{{.CreatedAt}}|{{.LastUsedAt}}|{{.LastUsedSince}}|{{.InUse}}|{{.Parent}}{{end}}", "events --since 1 --until 2", "events --since 1 --until 2 --format {{.Type}}:{{.Action}}:{{.Actor.Attributes.name}}", "container prune -f",
        "rm nope", "rm -f nope", "stop nope web", "start nope", "logs nope", "exec nope ls", "rmi nope", "network rm nope", "volume rm nope", "inspect --type container nope", "wait nope", "kill -s 9 nope", "rename nope x", "pause nope", "context use", "context use a b", "volume nope", "manifest nope", "image nope", "tag nope T!", "tag nope Foo/Bar:x", "run -v /a:/b:/c:/d x", "ps -a --format {{json_.Platform}}", "image ls --tree",
        "search x", "search --no-trunc x", "search --format {{.Name}}|{{.StarCount}}|{{.IsOfficial}}|{{.IsAutomated}} x", "search --format {{.Name}}|{{.StarCount}}|{{.IsOfficial}} x", "search --format json x", "search --format table_{{.Name}}\\t{{.StarCount}} x", "search --limit 3 --filter stars=2 x", "search --filter nope x", "search --limit -1 x", "search",
        "run --foo", "run", "ps x", "foo", "container foo", "rename a", "volume create a", "ps --last x", "run -m abc x", "run --init=maybe x", "run -p 80:x:y x", "run --mount type=bind x", "run --ulimit x y", "run --rm --restart always x",
        "run --network a --network a x", "run --add-host x y", "run --health-retries -1 x", "run --health-cmd x --no-healthcheck y", "tag A b", "create --name x Upper", "run -it x",
        "run --pid bogus x", "run --uts bogus x", "run --userns private x", "run --cgroupns bogus x", "run --sysctl vm.swappiness=1 x", "run --device-cgroup-rule bogus x", "run --device /dev/a:/dev/b:xyz x", "run --ulimit bogus=1 x",
        "run --dns bogus x", "run --gpus bogus x", "run -e =x x", "run --add-host foo:bar x", "run --security-opt bogus x", "run --log-driver none --log-opt a=b x", "run --mac-address bogus x", "run --network-alias x y",
        "run --mount type=bind,src=/a,dst=/b,bind-recursive=readonly x", "run --mount type=bind,src=/a,dst=/b,ro,bind-recursive=readonly x", "run --mount type=bind,src=/a,dst=/b,bind-recursive=writable x",
        "run --blkio-weight-device /dev/a:3 x", "run --device-write-bps nosuch:1mb x", "run --device-read-iops /dev/a:x x", "run --health-interval -5s --health-cmd x y", "run --memory-swappiness 101 x");

    public static TheoryData<string> SameRequest => new(
        "--isolation default nginx", "--mount type=image,source=busybox,target=/i,image-subpath=etc nginx", "--mount type=bind,source=/a,target=/b,readonly,bind-recursive=writable nginx", "--cpu-rt-runtime 1000 --cpu-rt-period 2000 nginx",
        "--mount type=bind,source=/a,target=/b,readonly,bind-propagation=rprivate,bind-recursive=readonly nginx", "--log-driver syslog --log-opt syslog-address=udp://1.2.3.4 --log-opt tag={{.Name}} nginx", "--security-opt systempaths=unconfined --security-opt writable-cgroups=true nginx", "--storage-opt size=1g --memory-swappiness 7 nginx",
        "nginx", "nginx sh -c x", "--name web -d nginx".Replace("-d ", ""), "-it nginx", "-i nginx", "-t nginx", "-e A=1 -e B nginx", "-e HOME nginx", "-p 8080:80 nginx", "-p 127.0.0.1:53:53/udp -p 80 nginx", "-p 8000-8002:80-82 nginx", "-p 9000-9010:80 nginx",
        "-p [::1]:80:80 nginx", "-p target=80,published=8080 nginx", "--expose 90-91 --expose 53/udp -P nginx", "-v /a:/b:ro -v data:/d -v /anon nginx", "--mount type=bind,source=/a,target=/b,readonly nginx", "--mount type=volume,src=v,dst=/d,volume-nocopy,volume-label=a=b,volume-opt=o=p,volume-driver=local nginx",
        "--mount type=tmpfs,target=/t,tmpfs-size=1m,tmpfs-mode=1770 nginx", "--tmpfs /run --tmpfs /tmp:size=1m nginx", "-l a=b --label c nginx", "--network app nginx", "--network app --ip 10.0.0.5 --network-alias w nginx", "--network name=app,alias=x,driver-opt=k=v --network other nginx", "--network host nginx", "--network container:x nginx", "--net none nginx",
        "--memory 1g --memory-swap -1 --memory-reservation 512m --cpus 1.5 --cpu-shares 512 --cpuset-cpus 0-1 --pids-limit 100 nginx", "--ulimit nofile=1024:2048 --ulimit core=-1 nginx", "--restart on-failure:3 nginx", "--restart unless-stopped nginx", "--rm nginx", "--init nginx", "--init=false nginx",
        "--health-cmd x --health-interval 1m30s --health-retries 3 nginx", "--no-healthcheck nginx", "--entrypoint sh nginx -c x", "--entrypoint= nginx", "-u 1:2 -w /x -h host --domainname d nginx", "--cap-add NET_ADMIN --cap-drop all --privileged --security-opt no-new-privileges nginx",
        "--device /dev/null --device /dev/zero:/dev/z:r nginx", "--dns 1.1.1.1 --dns-search x --dns-option y --add-host a:1.2.3.4 --add-host b=::1 nginx", "--log-driver json-file --log-opt max-size=1m nginx", "--read-only --shm-size 128m --sysctl net.core.somaxconn=10 nginx", "--pid host --ipc host --uts host --userns host --cgroupns private nginx",
        "--stop-signal INT --stop-timeout 5 nginx", "--group-add 5 --oom-score-adj 10 --oom-kill-disable nginx", "--volumes-from x --link y:z nginx", "--mac-address 92:d0:c6:0a:29:33 nginx", "--blkio-weight 100 --device-read-bps /dev/sda:1mb --device-write-iops /dev/sda:10 nginx", "--annotation a=b --cgroup-parent /x --runtime crun --gpus= nginx".Replace("--gpus= ", ""),
        "-a stdout nginx", "--platform linux/amd64 nginx", "--storage-opt size=1g --security-opt systempaths=unconfined nginx", "--cpu-period 1000 --cpu-quota 500 --memory-swappiness 10 nginx");

    [Theory]
    [MemberData(nameof(SameOutput))]
    public async Task Prints_what_docker_prints(string line)
    {
        Assert.SkipUnless(File.Exists(CommandLineRun.DockerPath), "docker's CLI is not installed");
        await using var daemon = FakeDaemon.Serving(Answer);
        var arguments = line.Split(' ').Select(a => a.StartsWith("{{", StringComparison.Ordinal) || a.StartsWith("table_", StringComparison.Ordinal) ? a.Replace('_', ' ') : a).ToArray();

        var docker = await CommandLineRun.DockerAsync(daemon.Address, arguments);
        var gantry = await CommandLineRun.GantryAsync(daemon.Address, arguments);

        Assert.Equal(docker, gantry);
    }

    [Theory]
    [MemberData(nameof(SameRequest))]
    public async Task Asks_for_the_container_that_docker_asks_for(string line)
    {
        Assert.SkipUnless(File.Exists(CommandLineRun.DockerPath), "docker's CLI is not installed");
        await using var daemon = FakeDaemon.Serving(r => r.Path == "/containers/create" ? (201, "{\"Id\":\"abc\",\"Warnings\":[]}") : null);
        string[] arguments = ["create", .. line.Split(' ')];

        var docker = await CommandLineRun.DockerAsync(daemon.Address, arguments);
        var theirs = daemon.Requests.Last();
        var gantry = await CommandLineRun.GantryAsync(daemon.Address, arguments);
        var ours = daemon.Requests.Last();

        Assert.Equal(docker, gantry);
        Assert.Equal(theirs.Query, ours.Query);
        Assert.Equal(Meaning(theirs.Text), Meaning(ours.Text));
    }

    [Fact]
    public async Task Passes_the_api_socket_and_credentials_as_docker_does()
    {
        Assert.SkipUnless(File.Exists(CommandLineRun.DockerPath), "docker's CLI is not installed");
        var folder = Directory.CreateTempSubdirectory("gantry-api-socket").FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "config.json"), """{"auths":{"r.example":{"auth":"dTpw"}}}""");
        await using var daemon = FakeDaemon.Serving(r => r.Path switch { "/containers/create" => (201, "{\"Id\":\"abc\",\"Warnings\":[]}"), "/containers/abc/archive" => (200, ""), _ => null });
        List<FakeRequest> asked = [];
        foreach (var program in new[] { CommandLineRun.DockerPath, GantryProcess.Path })
        {
            Assert.Equal((0, "abc\n"), await GantryProcess.StartAsync(program, daemon.Address, folder, "create", "--use-api-socket", "nginx") is var result ? (result.Code, result.Out) : default);
            asked.Add(daemon.Requests.Last(r => r.Path == "/containers/create"));
            var archive = daemon.Requests.Last(r => r.Path == "/containers/abc/archive");
            using var tar = new System.Formats.Tar.TarReader(new MemoryStream(archive.Body));
            var entry = (await tar.GetNextEntryAsync(cancellationToken: TestContext.Current.CancellationToken))!;
            Assert.Equal("run/secrets/docker/config.json", entry.Name.TrimStart('/'));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, entry.Mode);
            Assert.Equal("dTpw", (await JsonNode.ParseAsync(entry.DataStream!, cancellationToken: TestContext.Current.CancellationToken))!["auths"]!["r.example"]!["auth"]!.GetValue<string>());
        }

        Assert.Equal(Meaning(asked[0].Text), Meaning(asked[1].Text));
        Assert.Contains("DOCKER_CONFIG=/run/secrets/docker", asked[1].Text);
        Assert.Equal(
            await CommandLineRun.DockerAsync("tcp://127.0.0.1:1", ["create", "--use-api-socket", "nginx"]),
            await CommandLineRun.GantryAsync("tcp://127.0.0.1:1", ["create", "--use-api-socket", "nginx"]));
        Directory.Delete(folder, recursive: true);
    }

    internal static (int Status, string Body)? Answer(FakeRequest request)
    {
        if (Answers.TryGetValue(request.Path, out var body))
        {
            return (200, body.Replace("ID64", Id).Replace("ID62", Id[2..]));
        }

        var name = request.Path.Split('/') is [_, _, var second, ..] ? second : "";
        return request.Path switch
        {
            _ when name == "web" && request.Method is "POST" or "DELETE" => (204, ""),
            _ when request.Path.StartsWith("/containers", StringComparison.Ordinal) => (404, $"{{\"message\":\"No such container: {name}\"}}"),
            _ when request.Path.StartsWith("/images", StringComparison.Ordinal) => (404, $"{{\"message\":\"No such image: {name}\"}}"),
            _ when request.Path.StartsWith("/networks", StringComparison.Ordinal) => (404, $"{{\"message\":\"network {name} not found\"}}"),
            _ when request.Path.StartsWith("/volumes/create", StringComparison.Ordinal) => (201, "{\"Name\":\"a\"}"),
            _ when request.Path.StartsWith("/volumes", StringComparison.Ordinal) => (404, $"{{\"message\":\"get {name}: no such volume\"}}"),
            _ => null,
        };
    }

    // Null, empty and zero mean the same to a daemon except for these, where they do not.
    private static string Meaning(string json)
    {
        var root = JsonNode.Parse(json)!;
        return Clean(root, "")?.ToJsonString() ?? "";
    }

    private static JsonNode? Clean(JsonNode? node, string name)
    {
        switch (node)
        {
            case JsonObject map:
                var result = new JsonObject();
                foreach (var (key, value) in map.OrderBy(p => p.Key, StringComparer.Ordinal))
                {
                    if (Clean(value, key) is { } kept)
                    {
                        result[key] = kept;
                    }
                }

                return result.Count > 0 || name is "" || char.IsDigit(name[0]) || name[0] == '/' ? result : null;
            case JsonArray { Count: 0 } when name is "Entrypoint" or "MaskedPaths" or "ReadonlyPaths" or "Cmd":
                return node.DeepClone();
            case JsonArray list:
                var cleaned = list.Select(i => Clean(i, "[]") ?? i?.DeepClone());
                // Docker's client collects these in a map: their order changes from run to run.
                var items = new JsonArray([.. name is "Env" or "Binds" or "Ulimits" ? cleaned.OrderBy(i => i?.ToJsonString(), StringComparer.Ordinal) : cleaned]);
                return items.Count > 0 && name != "ConsoleSize" ? items : null;
            case JsonValue value when value.ToJsonString() is "\"\"" or "0" or "null" || (value.ToJsonString() is "false" && name != "Init") || (name == "MemorySwappiness" && value.ToJsonString() == "-1"):
                return null;
            default:
                return node?.DeepClone();
        }
    }
}
