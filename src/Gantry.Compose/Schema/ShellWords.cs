using System.Text;

namespace Gantry.Compose.Schema;

/// <summary>Splits a command line the way Compose does (mattn/go-shellwords): quotes and backslashes, no expansion.</summary>
internal static class ShellWords
{
    /// <exception cref="FormatException">A quote is not closed.</exception>
    public static IReadOnlyList<string> Split(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (quote, escaped, started) = ('\0', false, false);
        foreach (var c in text)
        {
            if (escaped)
            {
                word.Append(c);
                escaped = false;
            }
            else if (c == '\\' && quote != '\'')
            {
                (escaped, started) = (true, true);
            }
            else if (quote != '\0' ? c == quote : c is '"' or '\'')
            {
                (quote, started) = (quote == '\0' ? c : '\0', true);
            }
            else if (quote == '\0' && c is ' ' or '\t' or '\r' or '\n' && quote == '\0')
            {
                Finish();
            }
            else
            {
                word.Append(c);
                started = true;
            }
        }

        if (quote != '\0' || escaped)
        {
            throw new FormatException("invalid command line string");
        }

        Finish();
        return words;

        void Finish()
        {
            if (started)
            {
                words.Add(word.ToString());
                word.Clear();
                started = false;
            }
        }
    }
}
