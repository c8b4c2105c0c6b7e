using System.Globalization;
using Gantry.Monitor.Protocol;

namespace Gantry.Runtime.Monitoring;

internal static class LaunchTextExtensions
{
    extension(LaunchText text)
    {
        public LaunchText AddSize(TerminalSize size) => text
            .Add(LaunchText.Columns, size.Width.ToString(CultureInfo.InvariantCulture))
            .Add(LaunchText.Rows, size.Height.ToString(CultureInfo.InvariantCulture));
    }

    extension(TerminalSize size)
    {
        /// <summary>The payload of <see cref="MessageKind.Resize"/>.</summary>
        public byte[] ToPayload() => [(byte)size.Width, (byte)(size.Width >> 8), (byte)size.Height, (byte)(size.Height >> 8)];
    }
}
