using Gantry.BuildKit.Messages.Session;
using Gantry.Core;
using Grpc.Core;
using Grpc.Net.Client;

namespace Gantry.BuildKit.Sessions;

/// <summary>A client that can be called: HTTP/2 with the roles turned round, over its own connection.</summary>
internal sealed class ClientSession : IDisposable
{
    private const int MaxMessageSize = 16 << 20;

    private readonly TaskCompletionSource closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly GrpcChannel channel;
    private readonly Secrets.SecretsClient secrets;
    private readonly Auth.AuthClient auth;

    public ClientSession(Stream connection)
    {
        var used = false;
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            PooledConnectionIdleTimeout = Timeout.InfiniteTimeSpan,
            InitialHttp2StreamWindowSize = 1 << 20,
            ConnectCallback = (_, _) => Interlocked.Exchange(ref used, true)
                ? throw new IOException("the session's connection is gone")
                : new ValueTask<Stream>(new WatchedStream(connection, closed)),
        };
        channel = GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            Credentials = ChannelCredentials.Insecure,
            MaxReceiveMessageSize = MaxMessageSize,
        });
        Files = new FileSync.FileSyncClient(channel);
        secrets = new Secrets.SecretsClient(channel);
        auth = new Auth.AuthClient(channel);
    }

    /// <summary>Completes when the client has gone.</summary>
    public Task Closed => closed.Task;

    public FileSync.FileSyncClient Files { get; }

    /// <summary>Null when the client has no such secret.</summary>
    public async Task<byte[]?> FindSecretAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await secrets.GetSecretAsync(new GetSecretRequest { ID = id }, cancellationToken: cancellationToken);
            return answer.Data.ToByteArray();
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.NotFound or StatusCode.Unimplemented)
        {
            return null;
        }
    }

    /// <summary>What the client keeps for a registry; anonymous when it keeps nothing.</summary>
    public async Task<RegistryCredentials> FindCredentialsAsync(string domain, CancellationToken cancellationToken)
    {
        // Docker Hub goes by its server's name here.
        var host = domain == "docker.io" ? "registry-1.docker.io" : domain;
        try
        {
            return await auth.CredentialsAsync(new CredentialsRequest { Host = host }, cancellationToken: cancellationToken) switch
            {
                { Secret.Length: 0 } => RegistryCredentials.Anonymous,
                { Username.Length: 0 } answer => new RegistryCredentials { IdentityToken = answer.Secret },
                var answer => new RegistryCredentials { Username = answer.Username, Password = answer.Secret },
            };
        }
        catch (RpcException e) when (e.StatusCode is StatusCode.NotFound or StatusCode.Unimplemented)
        {
            return RegistryCredentials.Anonymous;
        }
    }

    public void Dispose() => channel.Dispose();
}
