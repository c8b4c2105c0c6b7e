using Gantry.Cli.CommandLine;

namespace Gantry.Cli.Commands.Trust;

/// <summary>Docker Content Trust (Notary v1). Gantry has no Notary client: nothing is found signed, and signing is refused.</summary>
internal static class TrustCommands
{
    public static CommandGroup Group { get; } = new("trust", "Manage trust on Docker images",
    [
        (["inspect"], Inspect),
        (["revoke"], () => Refused("revoke [OPTIONS] IMAGE[:TAG]", "Remove trust for an image", Arity.Exactly(1), o => o.Switch("yes", 'y', "Do not prompt for confirmation"))),
        (["sign"], () => Refused("sign IMAGE:TAG", "Sign an image", Arity.Exactly(1), o => o.Switch("local", '\0', "Sign a locally tagged image"))),
    ])
    {
        Groups =
        [
            new("key", "Manage keys for signing Docker images",
            [
                (["generate"], () => Refused("generate NAME", "Generate and load a signing key-pair", Arity.Exactly(1),
                    o => o.String("dir", '\0', "Directory to generate key in, defaults to current directory"))),
                (["load"], () => Refused("load [OPTIONS] KEYFILE", "Load a private key file for signing", Arity.Exactly(1), o => o.String("name", '\0', "Name for the loaded key", initial: "signer"))),
            ]),
            new("signer", "Manage entities who can sign Docker images",
            [
                (["add"], () => Refused("add OPTIONS NAME REPOSITORY [REPOSITORY...] ", "Add a signer", Arity.AtLeast(2), o => o.List("key", '\0', "Path to the signer's public key file"))),
                (["remove"], () => Refused("remove [OPTIONS] NAME REPOSITORY [REPOSITORY...]", "Remove a signer", Arity.AtLeast(2),
                    o => o.Switch("force", 'f', "Do not prompt for confirmation before removing the most recent signer"))),
            ]),
        ],
    };

    private static Command Inspect()
    {
        var options = new OptionTable();
        var pretty = options.Switch("pretty", '\0', "Print the information in a human friendly format");
        return new Command
        {
            Usage = "inspect IMAGE[:TAG] [IMAGE[:TAG]...]",
            Summary = "Return low-level information about keys and signatures",
            Arity = Arity.AtLeast(1),
            Options = options,
            Action = (context, images, _) =>
            {
                if (!pretty.Value)
                {
                    context.Out.WriteLine("[]");
                }

                throw new ExitException(1, string.Join('\n', images.Select(image => $"no signatures or cannot access {image}")));
            },
        };
    }

    private static Command Refused(string usage, string summary, Arity arity, Action<OptionTable> declare)
    {
        var options = new OptionTable();
        declare(options);
        return new Command
        {
            Usage = usage,
            Summary = summary,
            Arity = arity,
            Options = options,
            Action = (_, _, _) => throw new ExitException(1, "Gantry does not sign images: Docker Content Trust (Notary v1) is not implemented"),
        };
    }
}
