using Gantry.Core;
using Grpc.Core;

namespace Gantry.BuildKit.Services;

/// <summary>The one place that turns an exception into a gRPC status.</summary>
internal static class Faults
{
    public static async Task<T> RunAsync<T>(Func<Task<T>> call)
    {
        try
        {
            return await call();
        }
        catch (GantryException e)
        {
            // As BuildKit's own: clients put any other code's name before the message.
            throw new RpcException(new Status(StatusCode.Unknown, Builds.FailureText.OfStep(e.Message)));
        }
        catch (OperationCanceledException)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "context canceled"));
        }
        catch (Exception e) when (e is IOException or Linux.LinuxException)
        {
            throw new RpcException(new Status(StatusCode.Unknown, e.Message));
        }
    }
}
