using System.Text;
using Gantry.Linux.Terminals;

namespace Gantry.Cli.Terminal;

/// <summary>The three standard streams, as bytes and as text, and what is known of the terminal behind them.</summary>
internal sealed class StandardStreams
{
    // Not FileStream: it keeps a file position of its own, and others may write to the same file.
    private readonly bool real;

    public StandardStreams(Stream input, Stream output, Stream error)
    {
        Input = input;
        Output = output;
        ErrorOutput = error;
        Out = new StreamWriter(output, new UTF8Encoding(false), 4096) { NewLine = "\n" };
        Error = new StreamWriter(error, new UTF8Encoding(false), 1024) { NewLine = "\n", AutoFlush = true };
    }

    private StandardStreams()
        : this(Console.OpenStandardInput(), Console.OpenStandardOutput(), Console.OpenStandardError()) => real = true;

    public Stream Input { get; }

    public Stream Output { get; }

    public Stream ErrorOutput { get; }

    /// <summary>Buffered; flushed when the command ends.</summary>
    public StreamWriter Out { get; }

    public StreamWriter Error { get; }

    public bool InputIsTerminal => real && TerminalMode.IsTerminal(0);

    public bool OutputIsTerminal => real && TerminalMode.IsTerminal(1);

    public bool ErrorIsTerminal => real && TerminalMode.IsTerminal(2);

    /// <summary>Rows and columns, 24 by 80 when unknown.</summary>
    public (int Rows, int Columns) Size => (real ? TerminalMode.SizeOf(1) ?? TerminalMode.SizeOf(0) : null) ?? (24, 80);

    public static StandardStreams Open() => new();

    /// <summary>Reads a line byte by byte, so that what follows stays for the next reader; null at the end.</summary>
    public string? ReadLine()
    {
        var bytes = new List<byte>();
        var one = new byte[1];
        while (Input.Read(one) == 1)
        {
            if (one[0] == '\n')
            {
                return Encoding.UTF8.GetString([.. bytes]);
            }

            bytes.Add(one[0]);
        }

        return bytes.Count == 0 ? null : Encoding.UTF8.GetString([.. bytes]);
    }
}
