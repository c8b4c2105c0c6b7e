namespace Parcel.Api.Quotes;

/// <summary>A price, how it came about, and when the parcel arrives.</summary>
internal sealed record Quote(
    string Id, string Zone, decimal ChargeableKg, IReadOnlyList<QuoteLine> Lines, decimal Total, string Currency, int TransitDays, DateOnly ArrivesOn, string QuotedBy);

/// <summary>One line of the bill.</summary>
internal sealed record QuoteLine(string Label, decimal Amount);
