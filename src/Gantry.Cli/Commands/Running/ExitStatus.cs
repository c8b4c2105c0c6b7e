using Gantry.Api.Containers;
using Gantry.Cli.CommandLine;
using Gantry.Core;

namespace Gantry.Cli.Commands.Running;

/// <summary>How the container ended that a client runs.</summary>
internal static class ExitStatus
{
    /// <exception cref="ExitException">125, as docker does: the daemon went away, so nobody tells; the container may go on.</exception>
    public static async Task<ContainerWaitResponse> OfAsync(Task<ContainerWaitResponse> exit)
    {
        try
        {
            return await exit.ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or GantryException)
        {
            throw new ExitException(125, $"error waiting for container: {e.Message}");
        }
    }
}
