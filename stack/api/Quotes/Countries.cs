using System.Collections.Frozen;

namespace Parcel.Api.Quotes;

/// <summary>Where parcels go, and which customs territory a country is in.</summary>
internal static class Countries
{
    private static readonly FrozenSet<string> Union = FrozenSet.Create(
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK");

    private static readonly FrozenSet<string> RestOfEurope = FrozenSet.Create("AL", "BA", "CH", "GB", "IS", "LI", "MD", "ME", "MK", "NO", "RS", "TR", "UA");

    private static readonly FrozenSet<string> Overseas = FrozenSet.Create(
        "AE", "AR", "AU", "BR", "CA", "CL", "CN", "CO", "EG", "HK", "ID", "IL", "IN", "JP", "KE", "KR", "MA", "MX", "MY", "NG", "NZ", "PE", "PH", "SA", "SG", "TH", "TW", "US", "VN", "ZA");

    public static bool IsServed(string code) => Union.Contains(code) || RestOfEurope.Contains(code) || Overseas.Contains(code);

    public static Zone ZoneBetween(string from, string to) => from == to ? Zone.Domestic
        : Union.Contains(from) && Union.Contains(to) ? Zone.Union
        : !Overseas.Contains(from) && !Overseas.Contains(to) ? Zone.Europe
        : Zone.World;
}
