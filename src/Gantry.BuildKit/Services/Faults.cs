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
            throw new RpcException(new Status(CodeOf(e.Kind), Builds.FailureText.OfStep(e.Message)));
        }
        catch (OperationCanceledException)
        {
            throw new RpcException(new Status(StatusCode.Cancelled, "context canceled"));
        }
        catch (Exception e) when (e is IOException or Linux.LinuxException)
        {
            throw new RpcException(new Status(StatusCode.Internal, e.Message));
        }
    }

    private static StatusCode CodeOf(ErrorKind kind) => kind switch
    {
        ErrorKind.InvalidArgument => StatusCode.InvalidArgument,
        ErrorKind.NotFound => StatusCode.NotFound,
        ErrorKind.Conflict => StatusCode.AlreadyExists,
        ErrorKind.Unauthorized => StatusCode.Unauthenticated,
        ErrorKind.Forbidden => StatusCode.PermissionDenied,
        ErrorKind.Unavailable => StatusCode.Unavailable,
        ErrorKind.NotImplemented => StatusCode.Unimplemented,
        // Not Internal: that is for a broken connection, and some clients try again.
        _ => StatusCode.Unknown,
    };
}
