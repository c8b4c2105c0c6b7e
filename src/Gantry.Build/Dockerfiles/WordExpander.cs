using System.Text;

namespace Gantry.Build.Dockerfiles;

/// <summary>
/// The shell-like rules of a Dockerfile's words: quotes, escapes, <c>$v</c> and <c>${v}</c> with <c>:- - :+ + :? ? # ## % %% / //</c>
/// (Dockerfile reference, "Environment replacement").
/// </summary>
internal sealed class WordExpander(char escape)
{
    /// <summary>Quotes stay in the result.</summary>
    public bool RawQuotes { get; init; }

    /// <summary>Escapes stay in the result.</summary>
    public bool RawEscapes { get; init; }

    /// <summary>Quotes are ordinary characters.</summary>
    public bool IgnoreQuotes { get; init; }

    /// <summary>References to variables that are not set stay as written.</summary>
    public bool KeepUnset { get; init; }

    /// <exception cref="DockerfileException">In Docker's words.</exception>
    public string Expand(string word, Func<string, string?> variables) => Run(word, variables).Result;

    /// <summary>Expands and then splits at unquoted white space.</summary>
    public IReadOnlyList<string> ExpandWords(string word, Func<string, string?> variables) => Run(word, variables).Words;

    private (string Result, IReadOnlyList<string> Words) Run(string word, Func<string, string?> variables)
    {
        // Nearly all words have nothing special; ENV-heavy files call this thousands of times.
        if (word.AsSpan().IndexOfAny(['$', '\'', '"', escape]) < 0 && !word.Any(char.IsWhiteSpace))
        {
            return (word, word.Length == 0 ? [] : [word]);
        }

        try
        {
            return new Scan(this, escape, word, variables).Until(null, RawEscapes);
        }
        catch (DockerfileException e)
        {
            throw new DockerfileException($"failed to process {GoText.Quote(word)}: {e.Message}");
        }
    }

    private sealed class Scan(WordExpander options, char escape, string text, Func<string, string?> variables)
    {
        private int position;
        private bool rawEscapes;

        private bool AtEnd => position >= text.Length;

        public (string Result, IReadOnlyList<string> Words) Until(char? stop, bool raw)
        {
            var outer = rawEscapes;
            rawEscapes = raw;
            try
            {
                return Until(stop);
            }
            finally
            {
                rawEscapes = outer;
            }
        }

        private (string Result, IReadOnlyList<string> Words) Until(char? stop)
        {
            var result = new StringBuilder();
            var words = new WordCollector();
            while (!AtEnd)
            {
                var c = text[position];
                if (c == stop)
                {
                    position++;
                    return (result.ToString(), words.Finish());
                }

                switch (c)
                {
                    case '$':
                        var value = Dollar();
                        result.Append(value);
                        words.AddSplit(value);
                        break;
                    case '\'' or '"' when !options.IgnoreQuotes:
                        var quoted = c == '"' ? DoubleQuoted() : SingleQuoted();
                        result.Append(quoted);
                        words.AddRaw(quoted);
                        break;
                    default:
                        position++;
                        if (c != escape)
                        {
                            words.AddSplit(c);
                            result.Append(c);
                            break;
                        }

                        if (rawEscapes)
                        {
                            words.AddRaw(c.ToString());
                            result.Append(c);
                        }

                        if (!AtEnd)
                        {
                            words.AddRaw(text[position].ToString());
                            result.Append(text[position++]);
                        }

                        break;
                }
            }

            return stop is null ? (result.ToString(), words.Finish())
                : throw new DockerfileException($"unexpected end of statement while looking for matching {stop}");
        }

        private string SingleQuoted()
        {
            var end = text.IndexOf('\'', position + 1);
            if (end < 0)
            {
                throw new DockerfileException("unexpected end of statement while looking for matching single-quote");
            }

            var inner = options.RawQuotes ? text[position..(end + 1)] : text[(position + 1)..end];
            position = end + 1;
            return inner;
        }

        private string DoubleQuoted()
        {
            var result = new StringBuilder(options.RawQuotes ? "\"" : "");
            position++;
            while (!AtEnd)
            {
                var c = text[position];
                if (c == '"')
                {
                    position++;
                    return options.RawQuotes ? result.Append('"').ToString() : result.ToString();
                }

                if (c == '$')
                {
                    result.Append(Dollar());
                    continue;
                }

                position++;
                if (c != escape)
                {
                    result.Append(c);
                    continue;
                }

                if (rawEscapes)
                {
                    result.Append(c);
                }

                // Only these can be escaped between double quotes; elsewhere the escape is an ordinary character.
                if (!AtEnd)
                {
                    result.Append(text[position] is '"' or '$' || text[position] == escape ? text[position++] : c);
                }
            }

            throw new DockerfileException("unexpected end of statement while looking for matching double-quote");
        }

        private string Dollar()
        {
            var start = position++;
            if (AtEnd || text[position] != '{')
            {
                var plain = Name();
                return plain.Length == 0 ? "$" : variables(plain) ?? (options.KeepUnset ? "$" + plain : "");
            }

            position++;
            if (AtEnd)
            {
                throw new DockerfileException("syntax error: missing '}'");
            }

            if (text[position] is '{' or '}' or ':')
            {
                throw new DockerfileException("syntax error: bad substitution");
            }

            var name = Name();
            var result = Braced(name, variables(name));
            return result ?? text[start..position];
        }

        // Null: keep as written.
        private string? Braced(string name, string? value)
        {
            var modifier = AtEnd ? '\0' : text[position++];
            switch (modifier)
            {
                case '}':
                    return value ?? (options.KeepUnset ? null : "");
                case '/':
                    return Replace(value);
                case '\0':
                    throw new DockerfileException("syntax error: missing '}'");
            }

            var emptyIsUnset = modifier == ':';
            var operation = emptyIsUnset ? (AtEnd ? '\0' : text[position++]) : modifier;
            if (operation is not ('+' or '-' or '?' or '#' or '%'))
            {
                throw new DockerfileException($"unsupported modifier ({(emptyIsUnset ? ":" : "")}{operation}) in substitution");
            }

            var word = Rest('}', operation is '#' or '%', "syntax error: missing '}'");
            if (options.KeepUnset && value is null)
            {
                return null;
            }

            var unset = value is null || (emptyIsUnset && value.Length == 0);
            return operation switch
            {
                '-' => unset ? word : value,
                '+' => unset ? "" : word,
                '?' when unset => throw new DockerfileException($"{name}: {(word.Length > 0 ? word : value is null ? "is not allowed to be unset" : "is not allowed to be empty")}"),
                '?' => value,
                '#' => ShellPattern.TrimPrefix(value ?? "", word),
                _ => ShellPattern.TrimSuffix(value ?? "", word),
            };
        }

        private string? Replace(string? value)
        {
            var all = !AtEnd && text[position] == '/';
            position += all ? 1 : 0;
            var pattern = Rest('/', true, "syntax error: missing '/' in ${}");
            var replacement = Rest('}', true, "syntax error: missing '}'");
            return options.KeepUnset && value is null ? null : ShellPattern.Replace(value ?? "", pattern, replacement, all);
        }

        private string Rest(char stop, bool raw, string missing)
        {
            try
            {
                return Until(stop, raw).Result;
            }
            catch (DockerfileException) when (AtEnd)
            {
                throw new DockerfileException(missing);
            }
        }

        private string Name()
        {
            var start = position;
            if (!AtEnd && char.IsDigit(text[position]))
            {
                while (!AtEnd && char.IsDigit(text[position]))
                {
                    position++;
                }
            }
            else if (!AtEnd && text[position] is '@' or '*' or '#' or '?' or '-' or '$' or '!')
            {
                position++;
            }
            else
            {
                while (!AtEnd && (char.IsLetterOrDigit(text[position]) || text[position] == '_'))
                {
                    position++;
                }
            }

            return text[start..position];
        }
    }

    private sealed class WordCollector
    {
        private readonly List<string> words = [];
        private readonly StringBuilder word = new();

        public void AddRaw(string value) => word.Append(value);

        public void AddSplit(string value)
        {
            foreach (var c in value)
            {
                AddSplit(c);
            }
        }

        public void AddSplit(char c)
        {
            if (!char.IsWhiteSpace(c))
            {
                word.Append(c);
            }
            else
            {
                Finish();
            }
        }

        public List<string> Finish()
        {
            if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }

            return words;
        }
    }
}
