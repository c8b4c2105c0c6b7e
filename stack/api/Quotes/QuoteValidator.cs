namespace Parcel.Api.Quotes;

/// <summary>All that is wrong with a request, by field, in words for the person who filled the form.</summary>
internal static class QuoteValidator
{
    public static ParcelSpec? Validate(QuoteRequest request, out Dictionary<string, string[]> errors)
    {
        var found = new Dictionary<string, List<string>>();
        var weight = Number(found, "weightKg", request.WeightKg, 0.01m, Tariff.MaximumKg, "kg");
        var length = Number(found, "lengthCm", request.LengthCm, 1, Tariff.MaximumSideCm, "cm");
        var width = Number(found, "widthCm", request.WidthCm, 1, Tariff.MaximumSideCm, "cm");
        var height = Number(found, "heightCm", request.HeightCm, 1, Tariff.MaximumSideCm, "cm");
        var from = Country(found, "from", request.From);
        var to = Country(found, "to", request.To);
        ServiceLevel? service = request.Service?.Trim().ToLowerInvariant() switch
        {
            "economy" => ServiceLevel.Economy,
            "standard" => ServiceLevel.Standard,
            "express" => ServiceLevel.Express,
            _ => null,
        };
        if (service is null)
        {
            Add(found, "service", "Choose economy, standard or express.");
        }

        if (length + width + height > Tariff.MaximumGirthCm)
        {
            Add(found, "lengthCm", $"Length, width and height together may be {Tariff.MaximumGirthCm} cm at most.");
        }

        errors = found.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray());
        return errors.Count == 0 ? new ParcelSpec(weight, length, width, height, from, to, service!.Value) : null;
    }

    private static decimal Number(Dictionary<string, List<string>> errors, string field, decimal? value, decimal least, decimal most, string unit)
    {
        if (value is null)
        {
            Add(errors, field, "This is needed.");
        }
        else if (value < least || value > most)
        {
            Add(errors, field, $"Between {least} and {most} {unit}.");
        }

        return value ?? 0;
    }

    private static string Country(Dictionary<string, List<string>> errors, string field, string? value)
    {
        var code = value?.Trim().ToUpperInvariant() ?? "";
        if (code.Length == 0)
        {
            Add(errors, field, "This is needed.");
        }
        else if (!Countries.IsServed(code))
        {
            Add(errors, field, code.Length == 2 ? $"We do not deliver from or to {code}." : "Use the two letters of the country, such as DE.");
        }

        return code;
    }

    private static void Add(Dictionary<string, List<string>> errors, string field, string message)
    {
        if (!errors.TryGetValue(field, out var messages))
        {
            errors[field] = messages = [];
        }

        messages.Add(message);
    }
}
