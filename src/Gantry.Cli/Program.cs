using Gantry.Cli;
using Gantry.Cli.Terminal;
using Gantry.Client;

var console = StandardStreams.Open();
using var stop = new CancellationTokenSource();
return await new CommandApplication(console, GantryClient.FromEnvironment).RunAsync(ProgramName.Current(), args, stop.Token);
