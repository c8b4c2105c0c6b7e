using Gantry.Runtime.Oci;
using Gantry.Runtime.Security;

namespace Gantry.Runtime.Tests;

public sealed class AppArmorTests
{
    [Theory]
    [InlineData("docker-default", true)]
    [InlineData("docker", false)]
    [InlineData("Xorg", true)]
    [InlineData("nvidia_modprobe", true)]
    [InlineData("with (brackets)", false)]
    public void Profiles_are_found_in_the_kernels_list_by_their_whole_name(string profile, bool found) =>
        Assert.Equal(found, AppArmor.Contains(["nvidia_modprobe (enforce)", "nvidia_modprobe//kmod (enforce)", "docker-default (enforce)", "Xorg (complain)"], profile));

    [Fact]
    public void The_profile_has_the_name_that_containers_ask_for()
    {
        var text = AppArmor.ReadProfile();
        Assert.StartsWith($"profile {AppArmor.DefaultProfile} ", text, StringComparison.Ordinal);
        Assert.Contains($"peer={AppArmor.DefaultProfile},", text);
    }

    [Fact]
    public void A_profile_that_is_not_loaded_is_told_in_Dockers_words()
    {
        var error = RuntimeErrors.Create(new OciRuntime("crun", "crun version 1.8.1", "/usr/bin/crun"), "write file `/proc/thread-self/attr/exec`: No such file or directory\n", new ProcessSpec { Args = ["true"] });
        Assert.EndsWith("crun create failed: unable to start container process: error during container init: unable to apply apparmor profile: apparmor failed to apply profile: write /proc/thread-self/attr/apparmor/exec: no such file or directory", error.Message, StringComparison.Ordinal);
        Assert.False(error.NotFound || error.NotExecutable);
    }
}
