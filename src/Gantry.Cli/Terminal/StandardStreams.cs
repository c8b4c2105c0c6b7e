using System.Text;
using Gantry.Linux.Terminals;
using Microsoft.Win32.SafeHandles;

namespace Gantry.Cli.Terminal;

/// <summary>The three standard streams, as bytes and as text, and what is known of the terminal behind them.</summary>
internal sealed class StandardStreams
{
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
        : this(OpenInput(), Console.OpenStandardOutput(), Console.OpenStandardError()) => real = true;

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

    // Each has its trap. Console's stream edits lines and echoes them when it reads from a terminal; FileStream keeps a
    // position of its own in a file that others (the loop of a shell script) read from too.
    private static Stream OpenInput() => TerminalMode.IsTerminal(0)
        ? new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0)
        : Console.OpenStandardInput();
}
