using Gantry.Linux;
using Gantry.Monitor;

// Started by gantryd with the control connection as descriptor 3 and SIGCHLD blocked; see Protocol/MessageKind.cs for what is said on it.
const int Control = 3;

var children = SignalDescriptor.Open(Signal.SIGCHLD);
if (children < 0 || ChildProcess.BecomeSubreaper() < 0)
{
    return 1;
}

new ProcessMonitor(children, Control).Run();
ChildProcess.Exit(0);
return 0;
