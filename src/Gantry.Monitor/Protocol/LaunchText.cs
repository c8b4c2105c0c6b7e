using System.Globalization;
using System.Text;

namespace Gantry.Monitor.Protocol;

/// <summary>The payload of <see cref="MessageKind.Launch"/>: <c>name=value</c> pairs, each ended by a NUL. Unknown names are skipped.</summary>
internal sealed class LaunchText
{
    /// <summary>The state folder: control socket, exit file.</summary>
    public const string Directory = "dir";

    public const string Id = "id";

    /// <summary>Path and --root of the OCI runtime.</summary>
    public const string Runtime = "runtime";
    public const string Root = "root";

    /// <summary>An exec's process file; its presence makes this an exec.</summary>
    public const string Process = "process";

    public const string Terminal = "tty";
    public const string Columns = "columns";
    public const string Rows = "rows";
    public const string Stdin = "stdin";
    public const string StdinOnce = "once";
    public const string Log = "log";
    public const string LogSize = "logsize";
    public const string LogFiles = "logfiles";

    /// <summary>A JSON object that goes into every record as it is.</summary>
    public const string LogAttributes = "logattrs";

    /// <summary>Rotated files are handed to gzip.</summary>
    public const string LogCompress = "loggzip";

    /// <summary>Start the runtime where the unified hierarchy is hidden.</summary>
    public const string Hide = "hide";

    /// <summary>Start by writing to crun's exec.fifo instead of running "crun start".</summary>
    public const string Fifo = "fifo";

    /// <summary>The memory cgroup's file that counts OOM kills.</summary>
    public const string OomFile = "oom";

    /// <summary>A cgroup.procs file whose processes are killed when the main one has ended (no pid namespace does it).</summary>
    public const string Members = "members";

    /// <summary>A cgroup.procs file the monitor moves itself to. May come several times.</summary>
    public const string Home = "home";

    /// <summary>Milliseconds without progress after which an attached client that blocks the output is dropped.</summary>
    public const string Patience = "patience";

    private readonly List<(string Name, string Value)> pairs = [];

    public static LaunchText Parse(ReadOnlySpan<byte> payload)
    {
        var text = new LaunchText();
        while (payload.IndexOf((byte)0) is >= 0 and var end)
        {
            var pair = payload[..end];
            payload = payload[(end + 1)..];
            var split = pair.IndexOf((byte)'=');
            if (split > 0)
            {
                text.Add(Encoding.UTF8.GetString(pair[..split]), Encoding.UTF8.GetString(pair[(split + 1)..]));
            }
        }

        return text;
    }

    public LaunchText Add(string name, string? value)
    {
        if (value is not null)
        {
            pairs.Add((name, value));
        }

        return this;
    }

    public LaunchText Add(string name, bool value) => Add(name, value ? "1" : null);

    public string? Find(string name)
    {
        foreach (var (key, value) in pairs)
        {
            if (key == name)
            {
                return value;
            }
        }

        return null;
    }

    public string[] All(string name)
    {
        var found = new List<string>();
        foreach (var (key, value) in pairs)
        {
            if (key == name)
            {
                found.Add(value);
            }
        }

        return found.ToArray();
    }

    public bool Has(string name) => Find(name) is not null;

    public long Number(string name) => long.TryParse(Find(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : 0;

    public byte[] ToPayload()
    {
        var text = new StringBuilder();
        foreach (var (name, value) in pairs)
        {
            text.Append(name).Append('=').Append(value).Append('\0');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
