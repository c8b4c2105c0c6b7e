using Gantry.Parity;

// Usage: Gantry.Parity [--script FILE] [--only TEXT] [--verbose] SIDE SIDE
// A side is SOCKET or SOCKET=PROGRAM, the program being called for "docker" in command lines.
var script = Path.Combine(AppContext.BaseDirectory, "engine.txt");
string? only = null;
var verbose = false;
List<Side> sides = [];
for (var i = 0; i < args.Length; i++)
{
    switch (args[i])
    {
        case "--script":
            script = args[++i];
            break;
        case "--only":
            only = args[++i];
            break;
        case "--verbose":
            verbose = true;
            break;
        default:
            sides.Add(Side.Parse(args[i], sides.Count));
            break;
    }
}

if (sides.Count != 2)
{
    Console.Error.WriteLine("usage: Gantry.Parity [--script FILE] [--only TEXT] [--verbose] SOCKET[=PROGRAM] SOCKET[=PROGRAM]");
    return 2;
}

foreach (var side in sides.DistinctBy(side => side.Socket))
{
    var present = RawRequest.Parse("GET /containers/json?all=1", upgrade: false).Send(side.Socket).Concat(RawRequest.Parse("GET /volumes", upgrade: false).Send(side.Socket));
    if (present.Any(line => line.Contains(".Id = ", StringComparison.Ordinal) || line.Contains(".Mountpoint = ", StringComparison.Ordinal)))
    {
        Console.Error.WriteLine($"{side.Socket} has containers or volumes; this program removes them: give it an engine of its own");
        return 2;
    }
}

var ignored = Script.Ignored(script);
var known = Script.Known(script);
var (steps, different, expected) = (0, 0, 0);
foreach (var section in Script.Read(script).Where(section => only is null || section.Title.Contains(only, StringComparison.OrdinalIgnoreCase)))
{
    Console.WriteLine($"== {section.Title}");
    var before = (steps, different, expected);
    var left = section.Steps.Select(step => step.Run(sides[0])).ToArray();
    var right = section.Steps.Select(step => step.Run(sides[1])).ToArray();
    foreach (var (index, step) in section.Steps.Index().Where(pair => !pair.Item.IsSetUp))
    {
        steps++;
        var difference = LineDifference.Of(Compared(left[index]), Compared(right[index]));
        string[] reasons = [.. known.Where(line => line.TakeFrom(difference)).Select(line => line.Reason)];
        if (difference.Count > 0 ? step.Reason is not null : reasons.Length > 0)
        {
            expected++;
            Console.WriteLine($"   {step.Text}\n     on purpose: {(difference.Count > 0 ? step.Reason : string.Join("; ", reasons))}");
        }
        else if (difference.Count > 0)
        {
            different++;
            Console.WriteLine($"   {step.Text}");
            difference.ForEach(line => Console.WriteLine($"     {line}"));
        }
        else if (verbose)
        {
            Console.WriteLine($"   {step.Text}\n     {string.Join("\n     ", left[index])}");
        }
    }

    Console.WriteLine($"   -- {steps - before.steps} steps, {different - before.different} different, {expected - before.expected} on purpose");
}

Console.WriteLine($"{steps} steps: {steps - different - expected} alike, {expected} different on purpose, {different} different");
return different == 0 ? 0 : 1;

string[] Compared(IReadOnlyList<string> lines) => [.. lines.Where(line => !ignored.IsMatch(line))];
