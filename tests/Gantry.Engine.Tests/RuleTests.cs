using Gantry.Core;
using Gantry.Engine.Containers;
using Gantry.Images;
using Gantry.Runtime;

namespace Gantry.Engine.Tests;

public class RuleTests
{
    private static readonly Container Example = new()
    {
        Id = ContainerId.New(),
        Name = "web",
        Created = DateTimeOffset.UnixEpoch,
        ImageId = Digest.Of("image"u8),
        ManifestId = Digest.Of("image"u8),
        Platform = Platform.Host,
        Settings = new ContainerSettings { Image = "web" },
        Args = ["web"],
    };

    [Theory]
    [InlineData("no", 0, 1, false, false)]
    [InlineData("always", 0, 0, false, true)]
    [InlineData("always", 0, 0, true, false)]
    [InlineData("unless-stopped", 0, 1, false, true)]
    [InlineData("on-failure", 0, 0, false, false)]
    [InlineData("on-failure", 0, 1, false, true)]
    [InlineData("on-failure", 2, 1, false, true)]
    [InlineData("on-failure", 1, 1, false, false)]
    public void Restart_policies(string name, int most, int exitCode, bool stopRequested, bool restarts)
    {
        var container = Example with { RestartCount = 1, Settings = Example.Settings with { Host = new HostSettings { RestartPolicy = new RestartPolicy(name, most) } } };
        Assert.Equal(restarts, RestartRules.ShouldRestart(container, exitCode, stopRequested));
    }

    [Theory]
    [InlineData("utest*", "utest:tag1", true)]
    [InlineData("utest*", "utest/docker:tag2", false)]
    [InlineData("utest*/*", "utest:5000/docker:tag3", true)]
    [InlineData("utest", "utest:tag1", true)]
    [InlineData("*5000*/*", "utest:5000/docker:tag3", true)]
    [InlineData("utest:tag?", "utest:tag1", true)]
    [InlineData("utest:tag[2-3]", "utest:tag1", false)]
    [InlineData("docker.io/library/utest", "utest:tag1", false)]
    public void Reference_patterns_stop_at_slashes(string pattern, string reference, bool matches) =>
        Assert.Equal(matches, Images.ReferencePattern.Matches(pattern, ImageReference.Parse(reference)));

    [Fact]
    public void A_bad_reference_pattern_is_told() =>
        Assert.Equal("syntax error in pattern", Assert.Throws<GantryException>(() => Images.ReferencePattern.Matches("zz[", ImageReference.Parse("utest"))).Message);

    [Fact]
    public void Restart_delays_double_up_to_a_minute_and_start_over_after_a_long_run()
    {
        var delay = TimeSpan.Zero;
        List<double> seconds = [];
        for (var i = 0; i < 12; i++)
        {
            seconds.Add((delay = RestartRules.NextDelay(delay, TimeSpan.FromSeconds(1))).TotalSeconds);
        }

        Assert.Equal([0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 60, 60], seconds);
        Assert.Equal(0.1, RestartRules.NextDelay(delay, TimeSpan.FromSeconds(10)).TotalSeconds);
    }

    [Fact]
    public void Entrypoint_and_command_follow_Dockers_rules()
    {
        var image = new ProcessDefaults { Entrypoint = ["/entry"], Cmd = ["default"] };
        Assert.Equal(["/entry", "default"], Args(null, null));
        Assert.Equal(["/entry", "given"], Args(null, ["given"]));
        Assert.Equal(["/other"], Args(["/other"], null));
        Assert.Equal(["sh"], Args([""], ["sh"]));
        Assert.Equal("no command specified", Assert.Throws<GantryException>(() => ImageDefaults.Args(new ContainerSettings { Image = "x" })).Message);

        IReadOnlyList<string> Args(IReadOnlyList<string>? entrypoint, IReadOnlyList<string>? command) =>
            ImageDefaults.Args(ImageDefaults.Apply(new ContainerSettings { Image = "x", Entrypoint = entrypoint, Cmd = command }, image));
    }

    [Fact]
    public void The_requests_environment_and_labels_win_over_the_images()
    {
        var image = new ProcessDefaults { Env = ["A=1", "B=2"], Labels = new Dictionary<string, string> { ["x"] = "image", ["y"] = "image" } };
        var merged = ImageDefaults.Apply(new ContainerSettings { Image = "x", Env = ["B=3"], Labels = new Dictionary<string, string> { ["x"] = "mine" } }, image);
        Assert.Equal(["B=3", "A=1"], merged.Env);
        Assert.Equal("mine", merged.Labels["x"]);
        Assert.Equal("image", merged.Labels["y"]);
    }

    [Theory]
    [InlineData("", 0, 0)]
    [InlineData("app", 1000, 100)]
    [InlineData("1000", 1000, 100)]
    [InlineData("4000", 4000, 0)]
    [InlineData("app:staff", 1000, 50)]
    [InlineData("4000:4001", 4000, 4001)]
    public void Users_are_looked_up_in_the_images_files(string user, uint uid, uint gid)
    {
        var found = Users().Resolve(user, []);
        Assert.Equal((uid, gid), (found.Uid, found.Gid));
    }

    [Fact]
    public void A_user_brings_groups_and_home_unless_a_group_is_named()
    {
        Assert.Equal([100u, 7u], Users().Resolve("app", []).AdditionalGids);
        Assert.Equal([100u, 7u, 50u], Users().Resolve("app", ["staff"]).AdditionalGids);
        Assert.Equal([50u], Users().Resolve("app:staff", []).AdditionalGids);
        Assert.Equal("/home/app", Users().Resolve("app", []).Home);
        Assert.Equal("/", Users().Resolve("4000", []).Home);
        Assert.Equal("unable to find user nobody: no matching entries in passwd file", Assert.Throws<GantryException>(() => Users().Resolve("nobody", [])).Message);
        Assert.Equal("unable to find group nogroup: no matching entries in group file", Assert.Throws<GantryException>(() => Users().Resolve("app:nogroup", [])).Message);
    }

    [Theory]
    [InlineData("80", "80/tcp")]
    [InlineData("53/udp", "53/udp")]
    public void Ports_are_read(string text, string written) => Assert.Equal(written, ContainerPort.Parse(text).ToString());

    [Theory]
    [InlineData("0")]
    [InlineData("65536")]
    [InlineData("http")]
    [InlineData("80/xyz")]
    public void What_is_no_port_is_refused(string text) => Assert.Equal(ErrorKind.InvalidArgument, Assert.Throws<GantryException>(() => ContainerPort.Parse(text)).Kind);

    [Fact]
    public void Contradictions_are_refused_in_Dockers_words()
    {
        Assert.Equal("Minimum memory limit allowed is 6MB", Refusal(new HostSettings { Resources = new ResourceLimits { Memory = 1024 } }));
        Assert.Equal("can't create 'AutoRemove' container with restart policy", Refusal(new HostSettings { AutoRemove = true, RestartPolicy = new RestartPolicy("always", 0) }));
        Assert.Equal("invalid restart policy: maximum retry count can only be used with 'on-failure'", Refusal(new HostSettings { RestartPolicy = new RestartPolicy("always", 3) }));
        Assert.Equal("Minimum memoryswap limit should be larger than memory limit, see usage", Refusal(new HostSettings { Resources = new ResourceLimits { Memory = 64 << 20, MemorySwap = 32 << 20 } }));
        Assert.StartsWith("error looking up logging plugin nosuch: plugin \"nosuch\" not found", Refusal(new HostSettings { LogDriver = "nosuch" }));

        static string Refusal(HostSettings host) => Assert.Throws<GantryException>(() => SettingsCheck.Check(new ContainerSettings { Image = "x", Host = host })).Message;
    }

    [Fact]
    public void Detach_keys_are_found_across_reads_and_unfinished_ones_passed_on()
    {
        var keys = new DetachKeys(DetachKeys.Parse(null));
        Assert.Equal("61", Typed([(byte)'a', 16]));
        Assert.Equal("1062", Typed([(byte)'b']));
        Assert.Equal(" detached", Typed([16, 17]));
        Assert.Equal([1, 24], DetachKeys.Parse("ctrl-a,ctrl-x"));
        Assert.Throws<GantryException>(() => DetachKeys.Parse("ctrl-1"));

        string Typed(byte[] bytes)
        {
            var (pass, detached) = keys.Filter(bytes);
            return Convert.ToHexString(pass.Span) + (detached ? " detached" : "");
        }
    }

    [Theory]
    [InlineData(0.5, "Less than a second")]
    [InlineData(1, "1 second")]
    [InlineData(59, "59 seconds")]
    [InlineData(60, "About a minute")]
    [InlineData(600, "10 minutes")]
    [InlineData(3600, "About an hour")]
    [InlineData(7200, "2 hours")]
    [InlineData(259200, "3 days")]
    public void Durations_are_said_as_Docker_does(double seconds, string text) => Assert.Equal(text, StatusText.Human(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void Labels_filter_by_key_and_by_value()
    {
        var labels = new Dictionary<string, string> { ["a"] = "1" };
        Assert.True(Filter("a").MatchLabels(labels));
        Assert.True(Filter("a=1").MatchLabels(labels));
        Assert.False(Filter("a=2").MatchLabels(labels));
        Assert.False(Filter("a=1", "b").MatchLabels(labels));
        Assert.Equal("invalid filter 'label'", Assert.Throws<GantryException>(() => Filter("a").Allow("name")).Message);

        static ObjectFilters Filter(params string[] values) => new(new Dictionary<string, IReadOnlyList<string>> { ["label"] = values });
    }

    private static UserLookup Users() => new(
        "root:x:0:0:root:/root:/bin/sh\napp:x:1000:100:App:/home/app:/bin/sh\n",
        "root:x:0:\nusers:x:100:\nstaff:x:50:\nvideo:x:7:app,other\n");
}
