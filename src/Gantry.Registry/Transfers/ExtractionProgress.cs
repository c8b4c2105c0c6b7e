using Gantry.Images;

namespace Gantry.Registry;

/// <summary>Unpacking as pull lines, a few a second.</summary>
internal sealed class ExtractionProgress(IProgress<TransferProgress> progress) : IProgress<(ImageLayer Layer, long Done, long Total)>
{
    private const long IntervalMilliseconds = 100;
    private long last;

    public void Report((ImageLayer Layer, long Done, long Total) value)
    {
        var now = Environment.TickCount64;
        if (now - last >= IntervalMilliseconds || value.Done == value.Total)
        {
            last = now;
            progress.Report(new TransferProgress("Extracting", value.Layer.Blob.Digest.Short) { Bytes = (value.Done, value.Total) });
        }
    }
}
