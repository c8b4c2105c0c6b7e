namespace Gantry.Build.Dockerfiles;

/// <summary>A Dockerfile's error before its line is known; the parser adds the line and throws GantryException.</summary>
internal sealed class DockerfileException(string message) : Exception(message);
