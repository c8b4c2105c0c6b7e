namespace Gantry.Compat;

/// <summary>Runs named checks one after the other and prints TAP.</summary>
internal static class Tap
{
    public static async Task<int> RunAsync(IEnumerable<(string Name, Func<Task> Check)> checks, Func<Task>? cleanUp = null)
    {
        var only = Environment.GetEnvironmentVariable("ONLY") ?? "";
        var number = 0;
        foreach (var (name, check) in checks.Where(check => check.Name.Contains(only, StringComparison.Ordinal)))
        {
            number++;
            try
            {
                await check().WaitAsync(TimeSpan.FromMinutes(2));
                Console.WriteLine($"ok {number} - {name}");
            }
            catch (Exception error)
            {
                Console.WriteLine($"not ok {number} - {name}");
                foreach (var line in error.ToString().Split('\n').Take(8))
                {
                    Console.WriteLine($"# {line}");
                }
            }

            await (cleanUp?.Invoke() ?? Task.CompletedTask);
        }

        Console.WriteLine($"1..{number}");
        return 0;
    }

    public static void Same<T>(T wanted, T got)
    {
        if (!EqualityComparer<T>.Default.Equals(wanted, got))
        {
            throw new InvalidOperationException($"got <{got}>, wanted <{wanted}>");
        }
    }

    public static void Has(string part, string text)
    {
        if (!text.Contains(part, StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"no <{part}> in <{text}>");
        }
    }
}
