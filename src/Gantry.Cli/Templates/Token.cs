namespace Gantry.Cli.Templates;

internal enum TokenKind
{
    /// <summary>The text cannot be cut further; the token's text says why.</summary>
    Error,

    /// <summary>Text outside of actions.</summary>
    Text,
    LeftDelimiter,
    RightDelimiter,

    /// <summary>A bare word that is no keyword: a function.</summary>
    Identifier,
    Keyword,
    Boolean,
    Nil,

    /// <summary><c>.Name</c>, with its dot.</summary>
    Field,

    /// <summary><c>$name</c>, with the dollar sign.</summary>
    Variable,
    Dot,
    Number,

    /// <summary>A string with its quotes.</summary>
    String,

    /// <summary>A character constant with its quotes.</summary>
    Character,
    Pipe,
    LeftParenthesis,
    RightParenthesis,
    Declare,
    Assign,

    /// <summary>Any other printable character.</summary>
    Other,

    /// <summary>Blanks matter: they tell <c>.A.B</c> from <c>.A .B</c>.</summary>
    Space,
    End,
}

/// <param name="Position">Where it starts in the template.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Position, int Line)
{
    /// <summary>As messages show it.</summary>
    public override string ToString() => Kind switch
    {
        TokenKind.End => "EOF",
        TokenKind.Error => Text,
        TokenKind.Keyword or TokenKind.Dot or TokenKind.Nil => $"<{Text}>",
        _ => Text.Length > 10 ? GoText.Quote(Text[..10]) + "..." : GoText.Quote(Text),
    };
}
