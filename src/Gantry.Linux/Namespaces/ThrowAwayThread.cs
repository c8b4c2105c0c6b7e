using System.Runtime.ExceptionServices;

namespace Gantry.Linux.Namespaces;

/// <summary>Runs synchronous code on a thread that ends with it: what it does to its namespaces harms nobody else.</summary>
internal static class ThrowAwayThread
{
    private const int StackSize = 256 * 1024;

    public static T Run<T>(Func<T> body)
    {
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    result = body();
                }
                catch (Exception exception)
                {
                    failure = ExceptionDispatchInfo.Capture(exception);
                }
            },
            StackSize)
        {
            IsBackground = true,
            Name = "namespace",
        };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }
}
