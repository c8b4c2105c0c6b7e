using Gantry.Core;

namespace Gantry.Runtime.Oci;

/// <summary>A program with arguments of its own as one program to call, as dockerd makes it: a script that puts them first.</summary>
internal static class RuntimeWrapper
{
    /// <summary>What to call: the program itself where it has no arguments.</summary>
    /// <param name="directory">Where scripts go.</param>
    public static string Write(string directory, string name, RuntimeProgram program)
    {
        if (program.Arguments.Count == 0)
        {
            return program.Path;
        }

        var words = program.Arguments.Prepend(program.Path).Select(word => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'");
        var script = Path.Combine(Directory.CreateDirectory(directory).FullName, Digest.Of(System.Text.Encoding.UTF8.GetBytes(name)).Short);
        var temporary = script + ".new";
        File.WriteAllText(temporary, $"#!/bin/sh\nexec {string.Join(' ', words)} \"$@\"\n");
        File.SetUnixFileMode(temporary, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        // Containers that an earlier daemon started go on calling it meanwhile.
        File.Move(temporary, script, overwrite: true);
        return script;
    }
}
