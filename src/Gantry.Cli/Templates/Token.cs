namespace Gantry.Cli.Templates;

internal enum TokenKind
{
    /// <summary>Text outside of actions.</summary>
    Text,
    LeftDelimiter,
    RightDelimiter,

    /// <summary>A bare word: function or keyword.</summary>
    Identifier,

    /// <summary><c>.Name</c>, without the dot.</summary>
    Field,

    /// <summary><c>$name</c>, with the dollar sign.</summary>
    Variable,
    Dot,
    Number,

    /// <summary>A string, already unquoted.</summary>
    String,

    /// <summary>A character constant; its value as a number.</summary>
    Character,
    Pipe,
    LeftParenthesis,
    RightParenthesis,
    Declare,
    Assign,
    Comma,

    /// <summary>Blanks matter: they tell <c>.A.B</c> from <c>.A .B</c>.</summary>
    Space,
    End,
}

internal readonly record struct Token(TokenKind Kind, string Text, int Line);
