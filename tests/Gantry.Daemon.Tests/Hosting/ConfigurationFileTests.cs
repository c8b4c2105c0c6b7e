using System.Diagnostics;
using Gantry.Daemon.Hosting.Configuration;
using Gantry.Engine.Containers;

namespace Gantry.Daemon.Tests.Hosting;

/// <summary>daemon.json: Docker's keys, dockerd's refusals. The messages were taken down from dockerd 28.5.2 --validate.</summary>
public sealed class ConfigurationFileTests : IDisposable
{
    private const string Merged = "merged configuration validation from file and command line flags failed: ";
    private readonly string path = Path.Combine(Directory.CreateTempSubdirectory("gantry-daemon-json").FullName, "daemon.json");

    [Fact]
    public void Dockers_keys_do_what_the_flags_do()
    {
        var options = Load("""
            {"hosts": ["unix:///a.sock", "tcp://1.2.3.4"], "tlsverify": true, "tlscacert": "/ca", "data-root": "/d", "exec-root": "/e", "pidfile": "/p", "debug": true, "labels": ["a=b"],
             "log-driver": "local", "log-opts": {"max-size": "1m"}, "dns": ["1.1.1.1"], "dns-opts": ["ndots:1"], "dns-search": ["example.org"], "bip": "10.9.0.1/16", "fixed-cidr": "10.9.4.0/24", "mtu": 1400, "allow-direct-routing": true,
             "default-address-pools": [{"base": "10.1.0.0/16", "size": 24}], "registry-mirrors": ["https://m.example"], "insecure-registries": ["r:5000"], "live-restore": true,
             "default-ulimits": {"nofile": {"Name": "nofile", "Soft": 1, "Hard": 2}}, "default-shm-size": "1M", "max-concurrent-downloads": 7, "max-concurrent-uploads": 8, "features": {"buildkit": true},
             "builder": {"gc": {"enabled": true, "defaultKeepStorage": "1GB"}}, "shutdown-timeout": 3, "userland-proxy": false, "iptables": true, "proxies": {"http-proxy": "http://p"}}
            """);
        Assert.Equal(["unix:///a.sock", "tcp://1.2.3.4"], options.Hosts);
        Assert.True(options.Tls.Enabled);
        Assert.True(options.Debug);
        Assert.True(options.ToEngineOptions().Networking.AllowDirectRouting);
        Assert.Equal(("local", "1m", 1L << 20), (options.ContainerDefaults.LogDriver, options.ContainerDefaults.LogOptions["max-size"], options.ContainerDefaults.ShmSize));
        Assert.Equal("nofile 1 2", options.ContainerDefaults.Ulimits.Select(limit => $"{limit.Name} {limit.Soft} {limit.Hard}").Single());
        Assert.Equal(("10.9.0.1", "10.9.0.0/16", "10.9.4.0/24", 1400), (options.DefaultAddress!.Value.Address.ToString(), options.DefaultAddress.Value.Subnet.ToString(), options.FixedRange.ToString(), options.Mtu));
        Assert.Equal(("7", "8", "https://m.example/", "r:5000"), ($"{options.MaxDownloads}", $"{options.MaxUploads}", options.RegistryMirrors.Single().AbsoluteUri, options.InsecureRegistries.Single()));
        Assert.Equal([("HTTP_PROXY", "http://p")], options.Proxies);
        Assert.Equal(["userland-proxy", "iptables=true"], options.Ignored.Select(line => line.Split(' ')[0]).Order(StringComparer.Ordinal).Reverse());
    }

    [Fact]
    public void The_build_cache_is_collected_by_policies()
    {
        Assert.Empty(Load("""{"builder": {"gc": {"enabled": false, "defaultKeepStorage": "1GB"}}}""").CachePolicies);
        var standard = Load("""{"builder": {"gc": {"enabled": true, "defaultKeepStorage": "1GB", "defaultMinFreeSpace": "2GB"}}}""").CachePolicies;
        Assert.Equal([(false, 0L, 0L, 48), (false, 1L << 30, 2L << 30, 60 * 24), (false, 1L << 30, 2L << 30, 0), (true, 1L << 30, 2L << 30, 0)],
            standard.Select(policy => (policy.Prune.All, policy.Prune.ReservedSpace, policy.Prune.MinFreeSpace, (int)policy.UnusedFor.TotalHours)));
        var own = Load("""{"builder": {"gc": {"policy": [{"keepStorage": "10GB", "filter": ["unused-for=2200h"]}, {"maxUsedSpace": "50GB", "all": true, "filter": ["type==exec.cachemount"]}]}}}""").CachePolicies;
        Assert.Equal((10L << 30, TimeSpan.FromHours(2200)), (own[0].Prune.ReservedSpace, own[0].UnusedFor));
        Assert.Equal((50L << 30, true, "exec.cachemount"), (own[1].Prune.MaxUsedSpace, own[1].Prune.All, own[1].Prune.Filters["type"]));
    }

    [Fact]
    public void Runtimes_have_names_and_a_default_among_them()
    {
        var options = Load("""{"runtimes": {"mine": {"path": "/usr/bin/crun"}}, "default-runtime": "mine"}""").ToEngineOptions();
        Assert.Equal(("mine", "/usr/bin/crun"), (options.RuntimeName, options.Runtimes["mine"].Path));
        Assert.Equal("shareable", Load("""{"default-ipc-mode": "shareable"}""").ContainerDefaults.Apply(new ContainerSettings { Image = "x" }).Host.IpcMode);
    }

    [Fact]
    public void Runtimes_have_arguments_or_a_binary_of_their_own()
    {
        var runtimes = Load("""{"runtimes": {"loud": {"path": "crun", "runtimeArgs": ["--debug", "a b"]}, "shim": {"runtimeType": "io.containerd.runc.v2", "options": {"BinaryName": "/opt/runc", "SystemdCgroup": false}}}}""").ToEngineOptions().Runtimes;
        Assert.Equal(("crun", "--debug|a b"), (runtimes["loud"].Path, string.Join('|', runtimes["loud"].Arguments)));
        Assert.Equal(("/opt/runc", 0), (runtimes["shim"].Path, runtimes["shim"].Arguments.Count));
    }

    [Theory]
    [InlineData("""{"runtimes":{"x":{}}}""", Merged + "runtime x: either a runtimeType or a path must be configured")]
    [InlineData("""{"runtimes":{"x":{"path":"a","runtimeType":"b"}}}""", Merged + "runtime x: cannot configure both path and runtimeType for the same runtime")]
    [InlineData("""{"runtimes":{"x":{"runtimeType":"io.containerd.kata.v2"}}}""", Merged + "runtime x: the shim io.containerd.kata.v2 is not served here, only io.containerd.runc.v2 or a path")]
    [InlineData("""{"runtimes":{"x":{"runtimeType":"io.containerd.runc.v2","options":{"NoPivotRoot":true}}}}""", Merged + "runtime x: the option NoPivotRoot=true is not served here")]
    [InlineData("""{"foo":1,"bar":{"x":2}}""", "the following directives don't match any configuration option: foo, x")]
    [InlineData("""{"DEBUG":true}""", "the following directives don't match any configuration option: DEBUG")]
    [InlineData("""{"debug":"yes"}""", "invalid JSON: json: cannot unmarshal string into Go struct field Config.debug of type bool")]
    [InlineData("""{"shutdown-timeout":"x"}""", "invalid JSON: json: cannot unmarshal string into Go struct field Config.shutdown-timeout of type int")]
    [InlineData("""{"features":{"a":1}}""", "invalid JSON: json: cannot unmarshal number into Go struct field Config.features.a of type bool")]
    [InlineData("[]", "invalid JSON: json: cannot unmarshal array into Go value of type map[string]interface {}")]
    [InlineData("""{"log-level":"silly"}""", Merged + "invalid logging level: silly")]
    [InlineData("""{"mtu":-1}""", Merged + "invalid default MTU: -1")]
    [InlineData("""{"hosts":["bogus://x"]}""", Merged + "invalid bind address (bogus://x): unsupported proto 'bogus'")]
    [InlineData("""{"max-concurrent-downloads":-1}""", Merged + "invalid max concurrent downloads: -1")]
    [InlineData("""{"labels":["a"]}""", Merged + "bad attribute format: a")]
    [InlineData("""{"registry-mirrors":["x"]}""", Merged + "invalid mirror: no scheme specified for \"x\": must use either 'https://' or 'http://'")]
    [InlineData("""{"dns-search":["a b"]}""", Merged + "a b is not a valid domain")]
    [InlineData("""{"log-format":"x"}""", Merged + "invalid log format: x")]
    [InlineData("""{"debug":true}""", "the following directives are specified both as a flag and in the configuration file: debug: (from flag: true, from file: true)", "--debug")]
    [InlineData("""{"hosts":["unix:///x"]}""", "the following directives are specified both as a flag and in the configuration file: hosts: (from flag: [unix:///y], from file: [unix:///x])", "-H", "unix:///y")]
    [InlineData("""{"features":{"a":true}}""", "the following directives are specified both as a flag and in the configuration file: features: (from flag: map[b:true], from file: map[a:true])", "--feature", "b=true")]
    [InlineData("""{"log-driver":"nope"}""", Merged + "failed to set log opts: logger: no log driver named 'nope' is registered")]
    [InlineData("""{"log-opts":{"nope":"1"}}""", Merged + "failed to set log opts: unknown log opt 'nope' for json-file log driver")]
    [InlineData("""{"default-ipc-mode":"host"}""", Merged + "IPC mode \"host\" is not supported as default")]
    [InlineData("""{"builder":{"gc":{"defaultKeepStorage":"x"}}}""", Merged + "invalid size: 'x'")]
    [InlineData("""{"builder":{"gc":{"nope":1}}}""", Merged + "builder.gc.nope is unknown")]
    [InlineData("""{"userns-remap":"default"}""", Merged + "userns-remap \"default\" is not supported: there are no user namespaces")]
    public void Mistakes_are_refused_in_dockerds_words(string json, string message, params string[] flags) =>
        Assert.Equal($"unable to configure the Docker daemon with file {path}: {message}", Assert.Throws<ConfigurationException>(() => Load(json, flags)).Message);

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("\uFEFF{}")]
    public void An_empty_file_says_nothing(string json) => Assert.Empty(Load(json).Hosts);

    [Fact]
    public void A_file_that_was_asked_for_must_exist() =>
        Assert.Equal($"unable to configure the Docker daemon with file {path}: open {path}: no such file or directory", Assert.Throws<ConfigurationException>(() => ConfigurationLoader.Load(CommandLine.Parse(["--config-file", path]))).Message);

    [Fact]
    public void Defaults_reach_containers_that_do_not_say_otherwise()
    {
        var defaults = Load("""{"log-opts":{"max-size":"1m","max-file":"2"},"default-ulimits":{"core":{"Name":"core","Soft":0,"Hard":0}},"default-shm-size":"1M","init":true}""").ContainerDefaults;
        var settings = new ContainerSettings { Image = "x" };
        var plain = defaults.Apply(settings).Host;
        Assert.Equal(("json-file", "1m", 1L << 20, true), (plain.LogDriver, plain.LogOptions["max-size"], plain.ShmSize, plain.Init));
        Assert.Equal("core", plain.Ulimits.Single().Name);

        var own = defaults.Apply(settings with { Host = settings.Host with { LogDriver = "none", ShmSize = 5, Init = false, Ulimits = [new("core", 1, 1)] } }).Host;
        Assert.Equal(("none", 0, 5L, false, 1L), (own.LogDriver, own.LogOptions.Count, own.ShmSize, own.Init, own.Ulimits.Single().Soft));
        Assert.Equal("3", defaults.Apply(settings with { Host = settings.Host with { LogOptions = new Dictionary<string, string> { ["max-file"] = "3" } } }).Host.LogOptions["max-file"]);
    }

    /// <summary>The same files through the real dockerd, where there is one. It names several unknown keys in any order.</summary>
    [Theory]
    [InlineData("""{"bar":{"x":2}}""")]
    [InlineData("""{"debug":"yes"}""")]
    [InlineData("""{"mtu":-1}""")]
    [InlineData("""{"hosts":["bogus://x"]}""")]
    [InlineData("""{"debug":true}""", "--debug")]
    [InlineData("""{"labels":["a=b"]}""", "--label", "c=d")]
    [InlineData("""{"insecure-registries":["a"]}""", "--insecure-registry", "b")]
    [Trait("Ring", "compatibility")]
    public async Task Dockerd_says_the_same(string json, params string[] flags)
    {
        const string Dockerd = "/root/.cache/gantry-peers/root/usr/sbin/dockerd";
        Assert.SkipUnless(File.Exists(Dockerd), "there is no dockerd to compare with");
        var ours = Assert.Throws<ConfigurationException>(() => Load(json, flags)).Message;
        using var dockerd = Process.Start(new ProcessStartInfo(Dockerd, ["--validate", "--userland-proxy=false", "--config-file", path, .. flags]) { RedirectStandardError = true })!;
        var theirs = await dockerd.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.Equal(theirs.Trim(), ours);
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

    private DaemonOptions Load(string json, params string[] flags)
    {
        File.WriteAllText(path, json);
        return ConfigurationLoader.Load(CommandLine.Parse(["--config-file", path, .. flags]));
    }
}
