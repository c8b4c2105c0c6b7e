using Gantry.Core;

namespace Gantry.Images;

/// <summary>Errors of broken archives, in the words Go's archive/tar (and so Docker) uses.</summary>
internal static class TarErrors
{
    public static GantryException InvalidHeader(string? detail = null) =>
        GantryException.Invalid("archive/tar: invalid tar header" + (detail is null ? "" : $": {detail}"));

    public static GantryException UnexpectedEnd() => GantryException.Invalid("unexpected EOF");
}
