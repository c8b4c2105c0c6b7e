using Gantry.Api.Containers;
using Gantry.Core;
using Gantry.Images;

namespace Gantry.Daemon.Mapping;

/// <summary>Health checks: nanoseconds on the wire.</summary>
internal static class HealthcheckMapping
{
    public static Healthcheck? ToSettings(this HealthConfig? wire) => wire is null ? null : new Healthcheck
    {
        Test = wire.Test.OrEmpty(),
        Interval = Duration(wire.Interval, "Interval"),
        Timeout = Duration(wire.Timeout, "Timeout"),
        StartPeriod = Duration(wire.StartPeriod, "StartPeriod"),
        StartInterval = Duration(wire.StartInterval, "StartInterval"),
        Retries = wire.Retries >= 0 ? wire.Retries : throw GantryException.Invalid("Retries in Healthcheck cannot be negative"),
    };

    public static HealthConfig? ToWire(this Healthcheck? check) => check is null ? null : new HealthConfig
    {
        Test = check.Test.NullIfEmpty(),
        Interval = check.Interval.ToNanoseconds(),
        Timeout = check.Timeout.ToNanoseconds(),
        StartPeriod = check.StartPeriod.ToNanoseconds(),
        StartInterval = check.StartInterval.ToNanoseconds(),
        Retries = check.Retries,
    };

    private static TimeSpan Duration(long nanoseconds, string member) => nanoseconds is 0 or >= 1_000_000
        ? GoDuration.FromNanoseconds(nanoseconds)
        : throw GantryException.Invalid($"{member} in Healthcheck cannot be less than 1ms");
}
