namespace Gantry.Core.Tests;

public class ValueTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("1024", 1024)]
    [InlineData("512m", 512L << 20)]
    [InlineData("1.5g", 3L << 29)]
    [InlineData("64MiB", 64L << 20)]
    [InlineData("2KB", 2048)]
    [InlineData("7b", 7)]
    public void Sizes_are_powers_of_1024_when_read(string text, long bytes) => Assert.Equal(bytes, ByteSize.Parse(text).Bytes);

    [Theory]
    [InlineData("")]
    [InlineData("m")]
    [InlineData("-1m")]
    [InlineData("1x")]
    [InlineData("1bb")]
    [InlineData("99999999999t")]
    public void What_is_no_size_is_refused(string text) => Assert.False(ByteSize.TryParse(text, null, out _));

    [Theory]
    [InlineData(0, "0B", "0B")]
    [InlineData(999, "999B", "999B")]
    [InlineData(1_980_000, "1.98MB", "1.888MiB")]
    [InlineData(77_900_000, "77.9MB", "74.29MiB")]
    [InlineData(1_160_000_000, "1.16GB", "1.08GiB")]
    public void Sizes_are_written_with_four_digits(long bytes, string decimals, string binary)
    {
        Assert.Equal(decimals, new ByteSize(bytes).ToDecimalString());
        Assert.Equal(binary, new ByteSize(bytes).ToBinaryString());
    }

    [Theory]
    [InlineData("1h15m30.918s", "1h15m30.918s")]
    [InlineData("90s", "1m30s")]
    [InlineData("250ms", "250ms")]
    [InlineData("1.5h", "1h30m0s")]
    [InlineData("0", "0s")]
    [InlineData("-2m", "-2m0s")]
    [InlineData("100us", "100µs")]
    public void Durations_are_Gos(string text, string written) => Assert.Equal(written, GoDuration.Format(GoDuration.Parse(text)));

    [Theory]
    [InlineData("")]
    [InlineData("1")]
    [InlineData("s")]
    [InlineData("1x")]
    [InlineData("1 s")]
    public void What_is_no_duration_is_refused(string text) => Assert.False(GoDuration.TryParse(text, out _));

    [Fact]
    public void Moments_are_seconds_instants_or_durations_ago()
    {
        var now = new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);
        Assert.True(Timestamp.TryParseMoment("1700000000.123456789", now, out var moment));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1700000000).AddTicks(1234567), moment);
        Assert.True(Timestamp.TryParseMoment("10m", now, out moment));
        Assert.Equal(now.AddMinutes(-10), moment);
        Assert.True(Timestamp.TryParseMoment("2026-11-24T11:00:00.123456789Z", now, out moment));
        Assert.Equal(11, moment.Hour);
        Assert.False(Timestamp.TryParseMoment("yesterday", now, out _));
    }

    [Theory]
    [InlineData("linux/amd64", "linux/amd64")]
    [InlineData("x86_64", "linux/amd64")]
    [InlineData("linux/arm64/v8", "linux/arm64/v8")]
    [InlineData("aarch64", "linux/arm64")]
    [InlineData("macos/arm64", "darwin/arm64")]
    [InlineData("windows(10.0.17763)/amd64", "windows/amd64")]
    [InlineData("linux/unknown", "linux/unknown")]
    public void Platforms_are_read_in_OCIs_terms(string text, string written) => Assert.Equal(written, Platform.Parse(text).ToString());

    [Theory]
    [InlineData("/", "\"\" is an invalid OS component of \"/\": OSAndVersion specifier component must match \"^([A-Za-z0-9_-]+)(?:\\\\(([A-Za-z0-9_.%-]*)((?:\\\\+[A-Za-z0-9_.%-]+)*)\\\\))?$\": invalid argument")]
    [InlineData("linux/", "\"\" is an invalid component of \"linux/\": platform specifier component must match \"^[A-Za-z0-9_.-]+$\": invalid argument")]
    [InlineData("linux/amd64/v1/x", "\"linux/amd64/v1/x\": cannot parse platform specifier: invalid argument")]
    [InlineData("lin_ux", "\"lin_ux\": unknown operating system or architecture: invalid argument")]
    [InlineData("linux/*", "\"linux/*\": wildcards not yet supported: invalid argument")]
    public void What_is_no_platform_is_refused_in_Dockers_words(string text, string message) =>
        Assert.Equal(message, Assert.Throws<FormatException>(() => Platform.Parse(text)).Message);

    [Fact]
    public void An_architecture_is_the_same_in_each_of_its_spellings() => Assert.True(new Platform("linux", "amd64").Accepts(new Platform("linux", "x86_64")));

    [Fact]
    public void Digests_and_ids_take_64_lower_case_digits_only()
    {
        Assert.True(Digest.TryParse(Digest.Of("x"u8).ToString(), null, out _));
        Assert.False(Digest.TryParse(Digest.Of("x"u8).ToString().ToUpperInvariant(), null, out _));
        Assert.False(Digest.TryParse("sha512:" + new string('a', 64), null, out _));
        Assert.True(ContainerId.TryParse(ContainerId.New().ToString(), null, out _));
        Assert.False(ContainerId.TryParse("abc", null, out _));
    }

    [Fact]
    public void Random_MAC_addresses_are_local_and_unicast()
    {
        var first = MacAddress.Random().ToBytes()[0];
        Assert.Equal(2, first & 3);
        Assert.Equal("02:42:ac:11:00:02", MacAddress.Parse("02:42:AC:11:00:02").ToString());
        Assert.False(MacAddress.TryParse("02:42:ac:11:00", null, out _));
    }
}
