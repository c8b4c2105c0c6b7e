using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Gantry.Runtime;

namespace Gantry.Engine.Containers.Logs;

/// <summary>journald's native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL): one datagram of fields for each line.</summary>
internal sealed class JournalSink : ILogSink
{
    public const string DefaultPath = "/run/systemd/journal/socket";

    private readonly string path;
    private readonly byte[] fields;
    private Socket? socket;

    public JournalSink(Container container, string path = DefaultPath)
    {
        this.path = path;
        var tag = LogTag.Expand(container, "{{.ID}}");
        using var common = new MemoryStream();
        Add(common, "CONTAINER_ID", container.Id.Short);
        Add(common, "CONTAINER_ID_FULL", container.Id.ToString());
        Add(common, "CONTAINER_NAME", container.Name);
        Add(common, "CONTAINER_TAG", tag);
        Add(common, "IMAGE_NAME", container.Settings.Image);
        Add(common, "SYSLOG_IDENTIFIER", tag);
        foreach (var (name, value) in LogAttributes.Of(container, withTag: false))
        {
            Add(common, FieldName(name), value);
        }

        fields = common.ToArray();
    }

    public Task OpenAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new IOException("journald is not enabled on this host");
        }

        socket?.Dispose();
        socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        return Connecting.GuardAsync(() => socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).AsTask(), $"dial unix {path}");
    }

    public Task SendAsync(LogEntry entry, CancellationToken cancellationToken)
    {
        var line = entry.Line.Span;
        var whole = line.EndsWith("\n"u8);
        using var datagram = new MemoryStream(fields.Length + line.Length + 128);
        datagram.Write(fields);
        Add(datagram, "PRIORITY", entry.Source == LogSource.Stderr ? "3" : "6");
        Add(datagram, "SYSLOG_TIMESTAMP", entry.TimeText);
        if (!whole)
        {
            Add(datagram, "CONTAINER_PARTIAL_MESSAGE", "true");
        }

        Add(datagram, "MESSAGE", whole ? line[..^1] : line);
        return Connecting.GuardAsync(() => socket!.SendAsync(datagram.ToArray(), cancellationToken).AsTask(), $"write unix {path}");
    }

    public void Dispose() => socket?.Dispose();

    private static void Add(MemoryStream target, string name, string value) => Add(target, name, Encoding.UTF8.GetBytes(value));

    // The length goes before a value, so that it may hold newlines.
    private static void Add(MemoryStream target, string name, ReadOnlySpan<byte> value)
    {
        Span<byte> length = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)value.Length);
        target.Write(Encoding.ASCII.GetBytes(name + "\n"));
        target.Write(length);
        target.Write(value);
        target.WriteByte((byte)'\n');
    }

    // Upper case letters, digits and underscores; none in front.
    private static string FieldName(string name)
    {
        var upper = string.Concat(name.ToUpper(CultureInfo.InvariantCulture).Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));
        return upper.TrimStart('_') is { Length: > 0 } kept ? kept : "_";
    }
}
