using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gantry.Integration.Tests.Fixtures;

/// <summary>The host's side of published ports.</summary>
internal static class HostPort
{
    /// <summary>One that nobody has at the moment.</summary>
    public static string Free()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Any, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>An address of this host that is not loopback; null when it has none.</summary>
    public static IPAddress? OwnAddress() => System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces()
        .Where(card => card.Name.StartsWith('e') && card.OperationalStatus == System.Net.NetworkInformation.OperationalStatus.Up)
        .SelectMany(card => card.GetIPProperties().UnicastAddresses)
        .Select(address => address.Address)
        .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork);

    /// <summary>One GET on a connection of its own.</summary>
    public static async Task<string> GetAsync(string address, string port)
    {
        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(5) };
        client.DefaultRequestHeaders.ConnectionClose = true;
        return await client.GetStringAsync(new Uri($"http://{address}:{port}/index.html"));
    }

    /// <summary>Asks until a server that was just started listens.</summary>
    public static async Task AwaitAsync(string port)
    {
        await Eventually.EqualAsync("a page\n", async () =>
        {
            try
            {
                return await GetAsync("127.0.0.1", port);
            }
            catch (HttpRequestException refused)
            {
                return refused.Message;
            }
        });
    }

    /// <summary>One datagram and its answer.</summary>
    public static async Task<string> AskUdpAsync(string address, string port, string text)
    {
        using var client = new UdpClient();
        client.Connect(address, int.Parse(port, CultureInfo.InvariantCulture));
        await client.SendAsync(Encoding.UTF8.GetBytes(text));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        return Encoding.UTF8.GetString((await client.ReceiveAsync(patience.Token)).Buffer);
    }
}
