namespace Parcel.Api.Quotes;

internal enum Zone
{
    Domestic,
    Union,
    Europe,
    World,
}

/// <summary>
/// The price list, in euros. A parcel is charged by its weight or its volume (5000 cubic centimetres count as a kilogram),
/// whichever is more, in steps of half a kilogram.
/// </summary>
internal static class Tariff
{
    public const decimal MaximumKg = 70m;
    public const decimal MaximumSideCm = 200m;
    public const decimal MaximumGirthCm = 360m;

    private const decimal CubicCentimetresPerKg = 5000m;
    private const decimal FuelShare = 0.08m;
    private const decimal Customs = 12.00m;

    public static Quote Price(ParcelSpec parcel, DateOnly today, string id, string quotedBy)
    {
        var zone = Countries.ZoneBetween(parcel.From, parcel.To);
        var (basis, perKg, days) = Rates(zone);
        var volumetric = parcel.LengthCm * parcel.WidthCm * parcel.HeightCm / CubicCentimetresPerKg;
        var chargeable = Math.Ceiling(Math.Max(parcel.WeightKg, volumetric) * 2) / 2;
        var (factor, service) = parcel.Service switch
        {
            ServiceLevel.Economy => (0.85m, "Economy"),
            ServiceLevel.Express => (1.60m, "Express"),
            _ => (1.00m, "Standard"),
        };

        var carriage = basis + (chargeable * perKg);
        var surcharge = carriage * (factor - 1);
        var lines = new List<QuoteLine> { new($"Carriage, {chargeable:0.#} kg", Round(carriage)) };
        if (surcharge != 0)
        {
            lines.Add(new QuoteLine(service, Round(surcharge)));
        }

        lines.Add(new QuoteLine("Fuel, 8 %", Round((carriage + surcharge) * FuelShare)));
        if (zone is Zone.Europe or Zone.World)
        {
            lines.Add(new QuoteLine("Customs clearance", Customs));
        }

        var transit = parcel.Service switch { ServiceLevel.Economy => days + 3, ServiceLevel.Express => Math.Max(1, days / 2), _ => days };
        return new Quote(id, Name(zone), chargeable, lines, lines.Sum(line => line.Amount), "EUR", transit, AddWorkingDays(today, transit), quotedBy);
    }

    private static (decimal Basis, decimal PerKg, int Days) Rates(Zone zone) => zone switch
    {
        Zone.Domestic => (4.20m, 0.65m, 2),
        Zone.Union => (8.90m, 1.40m, 4),
        Zone.Europe => (13.50m, 2.30m, 5),
        _ => (24.00m, 6.80m, 8),
    };

    private static string Name(Zone zone) => zone switch { Zone.Domestic => "domestic", Zone.Union => "european union", Zone.Europe => "europe", _ => "world" };

    private static DateOnly AddWorkingDays(DateOnly day, int days)
    {
        while (days > 0)
        {
            day = day.AddDays(1);
            days -= day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday ? 0 : 1;
        }

        return day;
    }

    private static decimal Round(decimal amount) => Math.Round(amount, 2, MidpointRounding.AwayFromZero);
}
