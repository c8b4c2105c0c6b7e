using System.Buffers;

namespace Gantry.Core;

internal static class Hex
{
    public static readonly SearchValues<char> LowerDigits = SearchValues.Create("0123456789abcdef");
}
