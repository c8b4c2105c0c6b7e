namespace Gantry.Cli.Terminal;

/// <summary>Questions before something is destroyed.</summary>
internal static class Prompt
{
    /// <summary>Writes the text with <c>[y/N]</c> and takes only y or Y as yes.</summary>
    public static bool Confirm(StandardStreams console, string text)
    {
        console.Out.Write(text + " [y/N] ");
        console.Out.Flush();
        return console.ReadLine()?.Trim().ToLowerInvariant() == "y";
    }

    /// <summary>Reads a password without showing it.</summary>
    public static string Password(StandardStreams console)
    {
        if (!console.InputIsTerminal)
        {
            throw new CommandLine.ExitException(1, "Error: Cannot perform an interactive login from a non TTY device");
        }

        console.Out.Write("Password: ");
        console.Out.Flush();
        var text = new System.Text.StringBuilder();
        using (new RawInput())
        {
            var one = new byte[1];
            while (console.Input.Read(one) == 1 && one[0] is not ((byte)'\r' or (byte)'\n' or 3 or 4))
            {
                _ = one[0] is 8 or 127 ? text.Remove(Math.Max(0, text.Length - 1), Math.Min(1, text.Length)) : text.Append((char)one[0]);
            }
        }

        console.Out.WriteLine();
        return text.ToString();
    }
}
