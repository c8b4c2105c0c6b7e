using System.Text;
using System.Text.Json;
using Gantry.Core;

namespace Gantry.Daemon.Logging;

/// <summary>Logs to stderr as dockerd does: <c>time="..." level=info msg="..."</c>, or the same as JSON lines.</summary>
internal sealed class DaemonLoggerProvider(bool json, TimeProvider clock) : ILoggerProvider
{
    private volatile int level = (int)LogLevel.Information;

    /// <summary>The least that is logged; may change while the daemon runs.</summary>
    public LogLevel Level
    {
        get => (LogLevel)level;
        set => level = (int)value;
    }

    private readonly Lock gate = new();
    private readonly Stream output = Console.OpenStandardError();

    public ILogger CreateLogger(string categoryName) => new DaemonLogger(this);

    public void Dispose() => output.Dispose();

    internal static string Format(DateTimeOffset time, LogLevel level, string message, Exception? error, bool json)
    {
        var pairs = new List<(string Key, string Value)> { ("time", Timestamp.Format(time)), ("level", Word(level)), ("msg", message) };
        if (error is not null)
        {
            pairs.Add(("error", level >= LogLevel.Error ? error.ToString() : error.Message));
        }

        return json ? JsonLine(pairs) : string.Join(' ', pairs.Select(pair => $"{pair.Key}={Quote(pair.Value)}"));
    }

    private void Write(LogLevel level, string message, Exception? error)
    {
        var line = Encoding.UTF8.GetBytes(Format(clock.GetUtcNow(), level, message, error, json) + "\n");
        lock (gate)
        {
            output.Write(line);
        }
    }

    private static string JsonLine(List<(string Key, string Value)> pairs)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (key, value) in pairs)
            {
                writer.WriteString(key, value);
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }

    // logrus quotes what holds more than letters, digits and a little punctuation.
    private static string Quote(string value) => value.Length > 0 && value.All(character => char.IsAsciiLetterOrDigit(character) || "-._/@^+".Contains(character))
        ? value
        : $"\"{value.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n").Replace("\r", "\\r").Replace("\t", "\\t")}\"";

    private static string Word(LogLevel level) => level switch
    {
        LogLevel.Critical => "fatal",
        LogLevel.Error => "error",
        LogLevel.Warning => "warning",
        LogLevel.Information => "info",
        _ => "debug",
    };

    private sealed class DaemonLogger(DaemonLoggerProvider provider) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None && logLevel >= provider.Level;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            provider.Write(logLevel, formatter(state, exception), exception);
    }
}
