using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gantry.Core;

namespace Gantry.Client.Http;

/// <summary>Opens connections to the daemon.</summary>
internal static class Connector
{
    /// <exception cref="GantryException">Unavailable, in Docker's words.</exception>
    public static async Task<Wire> ConnectAsync(DaemonEndpoint endpoint, CancellationToken cancellationToken)
    {
        if (endpoint.Ssh)
        {
            return SshConnection.Open(endpoint);
        }

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

            var stream = new NetworkStream(socket, ownsSocket: true);
            if (endpoint.Tls is { } tls)
            {
                var secure = await SecureAsync(stream, endpoint, tls, cancellationToken).ConfigureAwait(false);
                return new Wire(secure, secure.ShutdownAsync);
            }

            return new Wire(stream, () =>
            {
                socket.Shutdown(SocketShutdown.Send);
                return Task.CompletedTask;
            });
        }
        catch (Exception e)
        {
            socket.Dispose();
            throw e switch
            {
                SocketException refused => Refused(endpoint, refused),
                AuthenticationException or IOException when endpoint.Tls is not null => new GantryException(ErrorKind.Unavailable, $"error during connect: tls: {e.InnerException?.Message ?? e.Message}", e),
                _ => e,
            };
        }
    }

    private static GantryException Refused(DaemonEndpoint endpoint, SocketException e) => new(
        ErrorKind.Unavailable,
        e.SocketErrorCode == SocketError.AccessDenied
            ? $"permission denied while trying to connect to the Docker daemon socket at {endpoint.Address}"
            : e.SocketErrorCode is SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain
            ? $"error during connect: dial tcp: lookup {endpoint.Host}: no such host"
            : $"Cannot connect to the Docker daemon at {endpoint.Address}. Is the docker daemon running?",
        e);

    private static async Task<SslStream> SecureAsync(Stream stream, DaemonEndpoint endpoint, ClientTls tls, CancellationToken cancellationToken)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = endpoint.Host };
        if (tls is { Certificate: { } certificate, Key: { } key })
        {
            options.ClientCertificates = [Read(certificate, () => X509Certificate2.CreateFromPemFile(certificate, key))];
        }

        if (!tls.Verify)
        {
#pragma warning disable CA5359 // Docker's meaning of --tls without --tlsverify: encrypted, unverified.
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (tls.Authority is { } authority)
        {
            var roots = Read(authority, () =>
            {
                var found = new X509Certificate2Collection();
                found.ImportFromPemFile(authority);
                return found;
            });
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }

        var secure = new SslStream(stream);
        await secure.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
        return secure;
    }

    private static T Read<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw GantryException.Invalid($"Failed to initialize: unable to resolve docker endpoint: {(e is FileNotFoundException or DirectoryNotFoundException ? $"open {path}: no such file or directory" : $"{path}: {e.Message}")}");
        }
    }
}
