namespace Gantry.Parity;

/// <summary>One of the two that are compared: an engine's socket, and the program that command lines call <c>docker</c>.</summary>
internal sealed record Side(string Socket, string SearchPath)
{
    public static Side Parse(string text, int number)
    {
        var parts = text.Split('=', 2);
        var path = Environment.GetEnvironmentVariable("PATH") ?? "";
        if (parts.Length == 1)
        {
            return new Side(parts[0], path);
        }

        var folder = Directory.CreateTempSubdirectory($"parity{number}-").FullName;
        File.CreateSymbolicLink(Path.Combine(folder, "docker"), Path.GetFullPath(parts[1]));
        return new Side(parts[0], $"{folder}:{path}");
    }
}
