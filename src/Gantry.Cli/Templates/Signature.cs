namespace Gantry.Cli.Templates;

/// <summary>Parameters of a function, a letter each: <c>s</c> string, <c>i</c> int, <c>l</c> []string, <c>a</c> any; <c>*</c> at the end for any number of anything.</summary>
internal readonly record struct Signature(string Parameters)
{
    public bool Variadic => Parameters.EndsWith('*');

    public int Fixed => Parameters.Length - (Variadic ? 1 : 0);

    public char At(int index) => index < Fixed ? Parameters[index] : 'a';

    public static string NameOf(char type) => type switch { 's' => "string", 'i' => "int", 'l' => "[]string", _ => "interface {}" };
}
