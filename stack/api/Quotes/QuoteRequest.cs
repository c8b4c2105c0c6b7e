namespace Parcel.Api.Quotes;

/// <summary>What is asked: a parcel, from where to where, how fast. Everything may be missing until it is validated.</summary>
internal sealed record QuoteRequest
{
    public decimal? WeightKg { get; init; }

    public decimal? LengthCm { get; init; }

    public decimal? WidthCm { get; init; }

    public decimal? HeightCm { get; init; }

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public string? From { get; init; }

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public string? To { get; init; }

    /// <summary>economy, standard or express.</summary>
    public string? Service { get; init; }
}
