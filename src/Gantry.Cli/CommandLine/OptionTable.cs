using System.Globalization;
using Gantry.Core;

namespace Gantry.Cli.CommandLine;

/// <summary>The options of one command, declared in one go and read after parsing.</summary>
internal sealed class OptionTable
{
    private readonly List<Option> options = [];

    public IEnumerable<Option> Listed => options.Where(o => !o.Hidden).OrderBy(o => o.Name, StringComparer.Ordinal);

    /// <summary>False stops at the first argument, so that the rest belongs to the command that is run.</summary>
    public bool Interspersed { get; init; } = true;

    public Option? Find(string name) => options.Find(o => o.Name == name);

    public Option? Find(char shorthand) => options.Find(o => o.Short == shorthand);

    public Switch Switch(string name, char shorthand, string usage, bool initial = false, bool hidden = false) =>
        Add(new Switch(initial) { Name = name, Short = shorthand, TypeName = "", Usage = usage, DefaultText = initial ? "true" : "", Hidden = hidden });

    public ValueOption<string> String(string name, char shorthand, string usage, string initial = "", string type = "string", bool hidden = false) =>
        Value(name, shorthand, type, usage, initial, text => text, initial.Length > 0 ? $"\"{initial}\"" : "", hidden);

    public ValueOption<long> Int(string name, char shorthand, string usage, long initial = 0, string type = "int", string? defaultText = null, bool hidden = false) =>
        Value(name, shorthand, type, usage, initial, ParseInt, defaultText ?? (initial != 0 ? initial.ToString(CultureInfo.InvariantCulture) : ""), hidden);

    public ValueOption<long> Bytes(string name, char shorthand, string usage, bool hidden = false, bool allowMinusOne = false) => Value(
        name, shorthand, "bytes", usage, 0L, text => allowMinusOne && text == "-1" ? -1 : ByteSize.TryParse(text, null, out var size) ? size.Bytes : throw new FormatException($"invalid size: '{text}'"), "", hidden);

    public ValueOption<TimeSpan> Duration(string name, string usage) => Value(
        name, '\0', "duration", usage, TimeSpan.Zero, text => GoDuration.TryParse(text, out var value) ? value : throw new FormatException($"time: invalid duration \"{text}\""), "0s");

    public ListOption List(string name, char shorthand, string usage, string type = "list", string defaultText = "", bool hidden = false) =>
        Add(new ListOption(text => [text]) { Name = name, Short = shorthand, TypeName = type, Usage = usage, DefaultText = defaultText, Hidden = hidden });

    /// <summary>A list whose every value is checked as it is given.</summary>
    public ListOption Checked(string name, char shorthand, string type, string usage, Action<string> check, string defaultText = "") => Add(new ListOption(text =>
    {
        check(text);
        return [text];
    })
    {
        Name = name, Short = shorthand, TypeName = type, Usage = usage, DefaultText = defaultText,
    });

    /// <summary><c>name=value</c>, to choose from a list.</summary>
    public ListOption Filter(char shorthand, string usage) => Checked("filter", shorthand, "filter", usage, text =>
    {
        if (text.Length > 0 && !text.Contains('='))
        {
            throw new FormatException("bad format of filter (expected name=value)");
        }
    });

    /// <summary>Several values in one argument, with commas between (pflag's StringSlice).</summary>
    public ListOption Strings(string name, char shorthand, string usage) =>
        Add(new ListOption(text => text.Split(',')) { Name = name, Short = shorthand, TypeName = "strings", Usage = usage });

    public ValueOption<T> Value<T>(string name, char shorthand, string type, string usage, T initial, Func<string, T> parse, string defaultText = "", bool hidden = false) =>
        Add(new ValueOption<T>(initial, parse) { Name = name, Short = shorthand, TypeName = type, Usage = usage, DefaultText = defaultText, Hidden = hidden });

    /// <summary>A hidden second name of an option.</summary>
    public void Alias(string name, Option target) =>
        Add(new AliasOption(target) { Name = name, Short = '\0', TypeName = target.TypeName, Usage = "", Hidden = true });

    private static long ParseInt(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
        ? value
        : throw new FormatException($"strconv.ParseInt: parsing \"{text}\": invalid syntax");

    private T Add<T>(T option)
        where T : Option
    {
        options.Add(option);
        return option;
    }
}
