using System.Text;

namespace Gantry.Compose.Output;

/// <summary>Prints the lines of several containers, each behind its name in a colour of its own: <c>web-1  | listening</c>.</summary>
internal sealed class LogPrinter(TextWriter output, bool prefixed, bool colored)
{
    private static readonly string[] Colors = ["36", "33", "32", "35", "34", "36;1", "33;1", "32;1", "35;1", "34;1"];

    private readonly Lock gate = new();
    private int width;
    private int sources;

    /// <summary>Prints one container's output; bytes may end in the middle of a line.</summary>
    internal sealed class Source(LogPrinter printer, string name, string color)
    {
        private readonly Decoder decoder = Encoding.UTF8.GetDecoder();
        private readonly StringBuilder line = new();

        public void Write(ReadOnlySpan<byte> bytes)
        {
            Span<char> text = new char[decoder.GetCharCount(bytes, flush: false)];
            decoder.GetChars(bytes, text, flush: false);
            foreach (var c in text)
            {
                if (c == '\n')
                {
                    Flush();
                }
                else
                {
                    line.Append(c);
                }
            }
        }

        /// <summary>The rest, which lacks its line feed.</summary>
        public void End()
        {
            if (line.Length > 0)
            {
                Flush();
            }
        }

        /// <summary>A line about the container rather than from it.</summary>
        public void Say(string text) => printer.Print(name, color, text);

        private void Flush()
        {
            if (line is [.., '\r'])
            {
                line.Length--;
            }

            printer.Print(name, color, line.ToString());
            line.Clear();
        }
    }

    public Source Add(string name)
    {
        lock (gate)
        {
            width = Math.Max(width, name.Length);
            return new Source(this, name, Colors[sources++ % Colors.Length]);
        }
    }

    private void Print(string name, string color, string text)
    {
        lock (gate)
        {
            if (prefixed)
            {
                var prefix = $"{name.PadRight(width)}  | ";
                output.Write(colored ? $"\e[{color}m{prefix}\e[0m" : prefix);
            }

            output.WriteLine(text);
            output.Flush();
        }
    }
}
