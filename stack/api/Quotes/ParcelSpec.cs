namespace Parcel.Api.Quotes;

/// <summary>A valid request.</summary>
internal sealed record ParcelSpec(decimal WeightKg, decimal LengthCm, decimal WidthCm, decimal HeightCm, string From, string To, ServiceLevel Service);

internal enum ServiceLevel
{
    Economy,
    Standard,
    Express,
}
