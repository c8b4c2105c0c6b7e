using Gantry.Cli;
using Gantry.Cli.Terminal;
using Gantry.Client;

var console = StandardStreams.Open();
using var stop = new CancellationTokenSource();
return await new CommandApplication(console, endpoint => new GantryClient(endpoint)).RunAsync(ProgramName.Current(), args, stop.Token);
