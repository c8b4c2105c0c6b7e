using Gantry.Core;
using Gantry.Images;
using Gantry.State;

namespace Gantry.Build;

public sealed class Builder
{
    public Builder(BuildOptions options, Database database, ImageStore images, SnapshotStore snapshots, IStepExecutor executor, IImageResolver resolver) => throw new NotImplementedException();
}
