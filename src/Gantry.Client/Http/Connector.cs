using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Gantry.Core;

namespace Gantry.Client.Http;

/// <summary>Opens connections to the daemon.</summary>
internal static class Connector
{
    /// <exception cref="GantryException">Unavailable, in Docker's words.</exception>
    public static async Task<(Socket Socket, Stream Stream)> ConnectAsync(DaemonEndpoint endpoint, CancellationToken cancellationToken)
    {
        var socket = endpoint.SocketPath is null
            ? new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            if (endpoint.SocketPath is { } path)
            {
                // A Unix socket connects at once or not at all; the synchronous call spares the asynchronous machinery.
                socket.Connect(new UnixDomainSocketEndPoint(path));
            }
            else
            {
                await socket.ConnectAsync(endpoint.Host, endpoint.Port, cancellationToken).ConfigureAwait(false);
            }

            Stream stream = new NetworkStream(socket, ownsSocket: true);
            return (socket, endpoint.CertificateDirectory is null ? stream : await SecureAsync(stream, endpoint, cancellationToken).ConfigureAwait(false));
        }
        catch (SocketException e)
        {
            socket.Dispose();
            throw Refused(endpoint, e);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static GantryException Refused(DaemonEndpoint endpoint, SocketException e) => new(
        ErrorKind.Unavailable,
        e.SocketErrorCode == SocketError.AccessDenied
            ? $"permission denied while trying to connect to the Docker daemon socket at {endpoint.Address}"
            : $"Cannot connect to the Docker daemon at {endpoint.Address}. Is the docker daemon running?",
        e);

    private static async Task<Stream> SecureAsync(Stream stream, DaemonEndpoint endpoint, CancellationToken cancellationToken)
    {
        var directory = endpoint.CertificateDirectory!;
        var certificate = Path.Combine(directory, "cert.pem");
        var authority = Path.Combine(directory, "ca.pem");
        var options = new SslClientAuthenticationOptions { TargetHost = endpoint.Host };
        if (File.Exists(certificate))
        {
            options.ClientCertificates = [X509Certificate2.CreateFromPemFile(certificate, Path.Combine(directory, "key.pem"))];
        }

        if (!endpoint.VerifyServer)
        {
#pragma warning disable CA5359 // Docker's meaning of DOCKER_CERT_PATH without DOCKER_TLS_VERIFY: encrypted, unverified.
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (File.Exists(authority))
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(authority);
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }

        var secure = new SslStream(stream);
        await secure.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
        return secure;
    }
}
