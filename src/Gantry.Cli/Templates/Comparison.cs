namespace Gantry.Cli.Templates;

/// <summary>eq and lt, from which the other comparisons follow.</summary>
internal static class Comparison
{
    private const string Incompatible = "incompatible types for comparison";

    private enum Kind
    {
        Other,
        Boolean,
        Integer,
        Real,
        String,
    }

    /// <summary>Whether the first one equals any of the others.</summary>
    /// <exception cref="FunctionException">They cannot be compared.</exception>
    public static bool Equal(IReadOnlyList<object?> args)
    {
        if (args.Count < 2)
        {
            throw new FunctionException("missing argument for comparison");
        }

        var left = Values.Operand(args[0]);
        return args.Skip(1).Select(Values.Operand).Any(right => Equal(left, right));
    }

    public static bool Less(object? left, object? right)
    {
        var (a, b) = (Values.Operand(left), Values.Operand(right));
        if (KindOf(a) == Kind.Other || KindOf(b) == Kind.Other)
        {
            throw new FunctionException("invalid type for comparison");
        }

        return KindOf(a) != KindOf(b) ? throw new FunctionException(Incompatible) : (a, b) switch
        {
            (string x, string y) => string.CompareOrdinal(x, y) < 0,
            (long x, long y) => x < y,
            (double x, double y) => x < y,
            _ => throw new FunctionException("invalid type for comparison"),
        };
    }

    private static bool Equal(object? left, object? right)
    {
        if (KindOf(left) != KindOf(right))
        {
            return left is null || right is null ? false : throw new FunctionException(Incompatible);
        }

        return KindOf(left) != Kind.Other ? Equals(left, right)
            : left is null || right is null ? left is null && right is null
            : throw new FunctionException($"non-comparable type {Values.Print(left)}: {Values.TypeName(left)}");
    }

    private static Kind KindOf(object? value) => value switch { string => Kind.String, long => Kind.Integer, double => Kind.Real, bool => Kind.Boolean, _ => Kind.Other };
}
