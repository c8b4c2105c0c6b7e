namespace Gantry.Cli.CommandLine;

/// <summary>One option of a command (pflag's Flag): its names, how help shows it, and what a given value does.</summary>
internal abstract class Option
{
    public required string Name { get; init; }

    public required char Short { get; init; }

    /// <summary>Shown after the name; empty for switches.</summary>
    public required string TypeName { get; init; }

    public required string Usage { get; init; }

    /// <summary>Shown as <c>(default ...)</c> when not empty.</summary>
    public string DefaultText { get; init; } = "";

    /// <summary>Parsed but not listed: aliases and what docker deprecated.</summary>
    public bool Hidden { get; init; }

    /// <summary>Whether it was given on the command line.</summary>
    public bool IsSet { get; private set; }

    /// <summary>A switch may stand without a value.</summary>
    public virtual bool IsSwitch => false;

    /// <exception cref="FormatException">The text is not such a value.</exception>
    public void Set(string text)
    {
        Accept(text);
        IsSet = true;
    }

    protected abstract void Accept(string text);
}

internal sealed class Switch(bool initial) : Option
{
    public bool Value { get; private set; } = initial;

    public override bool IsSwitch => true;

    // The words of Go's strconv.ParseBool.
    protected override void Accept(string text) => Value = text switch
    {
        "1" or "t" or "T" or "true" or "TRUE" or "True" => true,
        "0" or "f" or "F" or "false" or "FALSE" or "False" => false,
        _ => throw new FormatException($"strconv.ParseBool: parsing \"{text}\": invalid syntax"),
    };
}

internal sealed class ValueOption<T>(T initial, Func<string, T> parse) : Option
{
    public T Value { get; private set; } = initial;

    protected override void Accept(string text) => Value = parse(text);
}

/// <summary>An option that may be given several times.</summary>
internal sealed class ListOption(Func<string, IEnumerable<string>> parse) : Option
{
    public List<string> Values { get; } = [];

    protected override void Accept(string text) => Values.AddRange(parse(text));
}

/// <summary>Another name for an option, not listed in help.</summary>
internal sealed class AliasOption(Option target) : Option
{
    public override bool IsSwitch => target.IsSwitch;

    protected override void Accept(string text) => target.Set(text);
}
