using System.Runtime.InteropServices;

namespace Gantry.Linux;

/// <summary>Starts and reaps children by posix_spawn(3) and wait4(2), beside .NET's Process class and without its SIGCHLD machinery.</summary>
public static unsafe partial class ChildProcess
{
    // Sources are lifted above every target first, so that no dup2 in the child overwrites a source still needed.
    private const int AboveTargets = 64;

    /// <summary>Starts the program; its pid, or the negated errno.</summary>
    public static int Spawn(SpawnRequest request)
    {
        var actions = stackalloc byte[FileActionsSize];
        var attributes = stackalloc byte[AttributesSize];
        var lifted = stackalloc int[request.Descriptors.Length];
        _ = posix_spawn_file_actions_init(actions);
        _ = posix_spawnattr_init(attributes);
        var arguments = NativeStrings(request.Arguments);
        var environment = NativeStrings(request.Environment);
        try
        {
            MapDescriptors(request, actions, lifted);
            SetAttributes(request, attributes);
            int pid;
            var error = posix_spawn(&pid, request.Path, actions, attributes, arguments, environment);
            return error == 0 ? pid : -error;
        }
        finally
        {
            for (var i = 0; i < request.Descriptors.Length; i++)
            {
                _ = Descriptors.Close(lifted[i]);
            }

            Free(arguments);
            Free(environment);
            _ = posix_spawn_file_actions_destroy(actions);
            _ = posix_spawnattr_destroy(attributes);
        }
    }

    /// <summary>
    /// Reaps <paramref name="pid"/> (-1: any child): its pid and status, 0 while none has ended and <paramref name="block"/> is false,
    /// or the negated errno (ECHILD: no such child).
    /// </summary>
    public static int Wait(int pid, bool block, out WaitStatus status)
    {
        int value;
        int result;
        do
        {
            result = waitpid(pid, &value, block ? 0 : WNOHANG);
        }
        while (result < 0 && Marshal.GetLastPInvokeError() == (int)Errno.EINTR);

        status = new WaitStatus(value);
        return Descriptors.Result(result);
    }

    /// <summary>
    /// Lets a child go before everything that runs as usual, also before what it forks (sched(7), SCHED_RESET_ON_FORK): for short work that
    /// another process must not overtake. Without CAP_SYS_NICE nothing changes.
    /// </summary>
    public static void Favour(int pid)
    {
        var priority = 1;
        _ = sched_setscheduler(pid, SCHED_FIFO | SCHED_RESET_ON_FORK, &priority);
    }

    public static int Kill(int pid, int signal) => Descriptors.Result(kill(pid, signal));

    /// <summary>This process becomes <paramref name="path"/> (execve(2)), with its terminal, its streams and its parent; returns the negated errno when it cannot.</summary>
    public static int Replace(string path, string[] arguments, string[] environment)
    {
        // .NET ignores SIGPIPE, and what is ignored stays ignored.
        _ = signal(SIGPIPE, 0);
        var given = NativeStrings(arguments);
        var variables = NativeStrings(environment);
        var error = Descriptors.Result(execve(path, given, variables));
        Free(given);
        Free(variables);
        return error;
    }

    /// <summary>Orphans among this process's descendants become its children (prctl(2), PR_SET_CHILD_SUBREAPER).</summary>
    public static int BecomeSubreaper() => Descriptors.Result(prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0));

    /// <summary>Ends this process at once: no finalizers, no exit handlers.</summary>
    public static void Exit(int code) => _exit(code);

    private static void MapDescriptors(SpawnRequest request, byte* actions, int* lifted)
    {
        for (var number = 0; number <= 2; number++)
        {
            _ = posix_spawn_file_actions_addopen(actions, number, "/dev/null", Descriptors.O_RDWR, 0);
        }

        for (var i = 0; i < request.Descriptors.Length; i++)
        {
            lifted[i] = Descriptors.DuplicateAbove(request.Descriptors[i].Source, AboveTargets);
            _ = posix_spawn_file_actions_adddup2(actions, lifted[i], request.Descriptors[i].Target);
        }
    }

    private static void SetAttributes(SpawnRequest request, byte* attributes)
    {
        // sigset_t: one bit a signal, 1024 of them. .NET ignores SIGPIPE and catches others; an exec'd program would inherit "ignored".
        var all = stackalloc ulong[16];
        var blocked = stackalloc ulong[16];
        new Span<ulong>(all, 16).Fill(ulong.MaxValue);
        new Span<ulong>(blocked, 16).Clear();
        foreach (var signal in request.BlockedSignals)
        {
            blocked[(signal - 1) / 64] |= 1UL << ((signal - 1) % 64);
        }

        _ = posix_spawnattr_setsigdefault(attributes, all);
        _ = posix_spawnattr_setsigmask(attributes, blocked);
        _ = posix_spawnattr_setflags(attributes, (short)(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | (request.NewSession ? POSIX_SPAWN_SETSID : 0)));
    }

    private static byte** NativeStrings(string[] values)
    {
        var strings = (byte**)NativeMemory.AllocZeroed((nuint)(values.Length + 1), (nuint)sizeof(byte*));
        for (var i = 0; i < values.Length; i++)
        {
            strings[i] = (byte*)Marshal.StringToCoTaskMemUTF8(values[i]);
        }

        return strings;
    }

    private static void Free(byte** strings)
    {
        for (var next = strings; *next is not null; next++)
        {
            Marshal.FreeCoTaskMem((nint)(*next));
        }

        NativeMemory.Free(strings);
    }
}
