using System.Text;
using Gantry.Build;
using Gantry.BuildKit.Sessions;
using Gantry.Core;
using Gantry.Engine.Builds;
using Gantry.Images;
using Gantry.Linux.Files;

namespace Gantry.BuildKit.Builds;

/// <summary>The frontend <c>dockerfile.v0</c>: fetches what a build needs from its session, then builds.</summary>
internal sealed class DockerfileSolver(BuildService builds, SessionRegistry sessions)
{
    private const int MaxDefinition = 16 << 20;

    public async Task<Image> SolveAsync(BuildJob job, string sessionId, FrontendOptions options, CancellationToken cancellationToken)
    {
        options.Validate();
        var session = await sessions.GetAsync(sessionId, cancellationToken);
        using var folder = builds.NewFolder();
        var definition = await LoadDefinitionAsync(job, session, options, folder, cancellationToken);
        var ignored = definition.Ignore is null
            ? await LoadIgnoreAsync(job, session, options.ContextName, folder, cancellationToken)
            : IgnoreList.Parse(definition.Ignore);
        var context = await job.Progress.RunAsync("[internal] load build context", vertex =>
            ReceiveAsync(session, new FileRequest(options.ContextName) { Ignore = ignored }, folder.CreateDirectory("context"), vertex, "transferring context:", cancellationToken));

        Dictionary<string, string> named = [];
        foreach (var (name, value) in options.NamedContexts)
        {
            named[name] = value.StartsWith("local:", StringComparison.Ordinal)
                ? await LoadNamedAsync(job, session, name, value["local:".Length..], folder, cancellationToken)
                : value;
        }

        var request = options.ToRequest(context, definition.Dockerfile) with
        {
            NamedContexts = named,
            FindSecret = session.FindSecretAsync,
            FindCredentials = session.FindCredentialsAsync,
        };
        return await builds.BuildAsync(request, job.Progress, cancellationToken);
    }

    private static async Task<(string Dockerfile, string? Ignore)> LoadDefinitionAsync(BuildJob job, ClientSession session, FrontendOptions options, BuildFolder folder, CancellationToken cancellationToken)
    {
        var directory = await job.Progress.RunAsync($"[internal] load build definition from {options.FileName}", vertex =>
        {
            // The star takes NAME.dockerignore along.
            var request = new FileRequest(options.DefinitionName) { Include = FileRequest.Escape(options.FileName) + "*", Follow = options.FileName };
            return ReceiveAsync(session, request, folder.CreateDirectory("definition"), vertex, "transferring dockerfile:", cancellationToken);
        });
        using var root = new RootDirectory(directory);
        var text = root.FindContent(options.FileName, MaxDefinition)
            ?? throw GantryException.Invalid($"failed to read dockerfile: open {options.FileName}: no such file or directory");
        var ignore = root.FindContent(options.FileName + ".dockerignore", MaxDefinition);
        return (Encoding.UTF8.GetString(text), ignore is null ? null : Encoding.UTF8.GetString(ignore));
    }

    private static Task<IgnoreList> LoadIgnoreAsync(BuildJob job, ClientSession session, string name, BuildFolder folder, CancellationToken cancellationToken) =>
        job.Progress.RunAsync("[internal] load .dockerignore", vertex => LoadIgnoreAsync(session, name, folder, "ignore", vertex, cancellationToken));

    private static async Task<IgnoreList> LoadIgnoreAsync(ClientSession session, string name, BuildFolder folder, string into, ProgressVertex vertex, CancellationToken cancellationToken)
    {
        var request = new FileRequest(name) { Include = ".dockerignore", Follow = ".dockerignore" };
        var directory = await ReceiveAsync(session, request, folder.CreateDirectory(into), vertex, "transferring context:", cancellationToken);
        using var root = new RootDirectory(directory);
        return IgnoreList.Parse(Encoding.UTF8.GetString(root.FindContent(".dockerignore", MaxDefinition) ?? []));
    }

    private static Task<string> LoadNamedAsync(BuildJob job, ClientSession session, string name, string source, BuildFolder folder, CancellationToken cancellationToken) =>
        job.Progress.RunAsync($"[context {name}] load from client", async vertex =>
        {
            var number = Directory.GetDirectories(folder.Path).Length;
            var ignored = await LoadIgnoreAsync(session, source, folder, $"ignore-{number}", vertex, cancellationToken);
            return await ReceiveAsync(session, new FileRequest(source) { Ignore = ignored }, folder.CreateDirectory($"named-{number}"), vertex, $"transferring {name}:", cancellationToken);
        });

    private static async Task<string> ReceiveAsync(ClientSession session, FileRequest request, string directory, ProgressVertex vertex, string line, CancellationToken cancellationToken)
    {
        var status = vertex.Start(line);
        var shown = 0L;
        using var tree = new ReceivedTree(directory);
        var receiver = new FileReceiver(request, tree, received =>
        {
            if (received - shown >= 1 << 20)
            {
                vertex.Update(status, shown = received);
            }
        });
        var total = await receiver.ReceiveAsync(session.Files, cancellationToken);
        vertex.Update(status, total);
        vertex.Complete(status);
        return directory;
    }
}
