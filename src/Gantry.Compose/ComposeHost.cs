using Gantry.Api.System;

namespace Gantry.Compose;

/// <summary>What surrounds a compose command: its streams, its terminal, its variables, and the user's credentials.</summary>
public sealed record ComposeHost
{
    public required TextWriter Out { get; init; }

    /// <summary>Progress and warnings go here.</summary>
    public required TextWriter Error { get; init; }

    public TextReader In { get; init; } = TextReader.Null;

    /// <summary>Standard input as bytes, for <c>exec</c> and <c>run</c>.</summary>
    public Func<Stream> OpenInput { get; init; } = () => Stream.Null;

    /// <summary>Standard output as bytes.</summary>
    public Func<Stream>? OpenOutput { get; init; }

    public Func<Stream>? OpenError { get; init; }

    public bool InputIsTerminal { get; init; }

    public bool OutputIsTerminal { get; init; }

    public bool ErrorIsTerminal { get; init; }

    /// <summary>Columns and rows of the terminal.</summary>
    public Func<(int Width, int Height)> TerminalSize { get; init; } = () => (80, 24);

    /// <summary>Puts the terminal in raw mode until disposed; null where there is none.</summary>
    public Func<IDisposable>? EnterRawMode { get; init; }

    /// <summary>Credentials for a registry's host, null when the user has none.</summary>
    public Func<string, CancellationToken, Task<AuthConfig?>> FindCredentials { get; init; } = (_, _) => Task.FromResult<AuthConfig?>(null);

    /// <summary>All credentials the user has, by registry, for builds.</summary>
    public Func<IReadOnlyDictionary<string, AuthConfig>> AllCredentials { get; init; } = () => new Dictionary<string, AuthConfig>();

    public required string WorkingDirectory { get; init; }

    public required IReadOnlyDictionary<string, string> Environment { get; init; }

    /// <summary>The process's own console and environment.</summary>
    public static ComposeHost OfProcess()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (System.Collections.DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
        {
            variables[(string)entry.Key] = (string?)entry.Value ?? "";
        }

        return new ComposeHost
        {
            Out = Console.Out,
            Error = Console.Error,
            In = Console.In,
            OpenInput = Console.OpenStandardInput,
            OpenOutput = Console.OpenStandardOutput,
            OpenError = Console.OpenStandardError,
            InputIsTerminal = !Console.IsInputRedirected,
            OutputIsTerminal = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            TerminalSize = () => Console.IsOutputRedirected ? (80, 24) : (Console.WindowWidth, Console.WindowHeight),
            WorkingDirectory = Directory.GetCurrentDirectory(),
            Environment = variables,
        };
    }
}
