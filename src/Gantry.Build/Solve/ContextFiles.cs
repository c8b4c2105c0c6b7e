using System.Text;
using Gantry.Build.Dockerfiles;
using Gantry.Build.Files;
using Gantry.Core;
using Gantry.Linux;
using Gantry.Linux.Files;

namespace Gantry.Build.Solve;

/// <summary>The files of a context that steer the build: the Dockerfile and its ignore list.</summary>
internal static class ContextFiles
{
    private const int Limit = 16 << 20;

    /// <exception cref="GantryException">InvalidArgument when there is none.</exception>
    public static string Dockerfile(BuildRequest request)
    {
        if (request.DockerfileText is { } text)
        {
            return text;
        }

        using var root = Open(request.ContextDirectory);
        var path = SlashPath.Inside(request.DockerfilePath);
        return root.FindContent(path, Limit) switch
        {
            null => throw GantryException.Invalid($"Cannot locate specified Dockerfile: {request.DockerfilePath}"),
            [] => throw GantryException.Invalid($"the Dockerfile ({request.DockerfilePath}) cannot be empty"),
            var content => Encoding.UTF8.GetString(content),
        };
    }

    /// <summary>What <c>NAME.dockerignore</c> beside the Dockerfile says, else <c>.dockerignore</c>.</summary>
    /// <exception cref="GantryException">InvalidArgument for a malformed pattern.</exception>
    public static PathMatcher Ignored(string directory, string? dockerfile)
    {
        using var root = Open(directory);
        var content = (dockerfile is null ? null : root.FindContent(SlashPath.Inside(dockerfile) + ".dockerignore", Limit)) ?? root.FindContent(".dockerignore", Limit);
        try
        {
            return PathMatcher.Read(Encoding.UTF8.GetString(content ?? []));
        }
        catch (DockerfileException e)
        {
            throw GantryException.Invalid($"failed to read .dockerignore: {e.Message}");
        }
    }

    private static RootDirectory Open(string directory)
    {
        try
        {
            return new RootDirectory(directory);
        }
        catch (LinuxException e)
        {
            throw new GantryException(ErrorKind.InvalidArgument, $"unable to prepare context: path {GoText.Quote(directory)} not found", e);
        }
    }
}
