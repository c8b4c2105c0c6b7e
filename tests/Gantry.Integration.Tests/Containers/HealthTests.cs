using Gantry.Integration.Tests.Fixtures;

namespace Gantry.Integration.Tests.Containers;

public sealed class HealthTests(SharedDaemon daemon)
{
    [Fact]
    public async Task A_check_makes_a_container_healthy_then_unhealthy_then_healthy_again()
    {
        await daemon.Either.DoAsync("run", "-d", "--name", "checked", "--health-cmd", "test ! -e /tmp/broken || { echo broken; exit 1; }", "--health-interval", "200ms", "--health-retries", "2", "--health-timeout", "2s", "busybox", "sleep", "1000");
        Task<string> Status() => daemon.InspectAsync("checked", "{{.State.Health.Status}}");
        await Eventually.EqualAsync("healthy", Status);
        Assert.Contains("(healthy)", await daemon.Either.DoAsync("ps", "--filter", "health=healthy", "--filter", "name=checked", "--format", "{{.Status}}"), StringComparison.Ordinal);
        await daemon.Either.DoAsync("exec", "checked", "touch", "/tmp/broken");
        await Eventually.EqualAsync("unhealthy", Status);
        Assert.Contains("broken", await daemon.InspectAsync("checked", "{{json .State.Health.Log}}"), StringComparison.Ordinal);
        await daemon.Either.DoAsync("exec", "checked", "rm", "/tmp/broken");
        await Eventually.EqualAsync("healthy", Status);
        await daemon.Either.DoAsync("rm", "-f", "checked");
    }

    [Fact]
    public async Task A_check_that_hangs_counts_as_failed()
    {
        await daemon.Either.DoAsync("run", "-d", "--name", "hanging", "--health-cmd", "sleep 100", "--health-interval", "100ms", "--health-retries", "1", "--health-timeout", "300ms", "busybox", "sleep", "1000");
        await Eventually.EqualAsync("unhealthy", () => daemon.InspectAsync("hanging", "{{.State.Health.Status}}"));
        await Eventually.SeeAsync(() => daemon.Either.DoAsync("exec", "hanging", "sh", "-c", "ps | grep -c '[s]leep 100$'; true"), text => int.Parse(text.Split('\n')[0], System.Globalization.CultureInfo.InvariantCulture) <= 3, "checks that timed out are killed");
        await daemon.Either.DoAsync("rm", "-f", "hanging");
    }

    [Fact]
    public async Task A_check_that_takes_too_long_is_told_with_what_it_wrote()
    {
        await daemon.Either.DoAsync("run", "-d", "--name", "talking", "--health-cmd", "echo one; echo two; sleep 100", "--health-interval", "100ms", "--health-timeout", "1s", "busybox", "sleep", "1000");
        await Eventually.EqualAsync("Health check exceeded timeout (1s): one\ntwo", () => daemon.InspectAsync("talking", "{{range .State.Health.Log}}{{.Output}}{{end}}"));
        await daemon.Either.DoAsync("rm", "-f", "talking");
    }
}
