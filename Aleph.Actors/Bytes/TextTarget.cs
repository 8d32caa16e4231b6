using System.Diagnostics.CodeAnalysis;

namespace Aleph.Actors;

/// <summary>Writes text: half a character waits for its other half.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Closing it is a transfer's own step.")]
internal sealed class TextTarget(TextWriter writer, ByteOptions options) : ByteTarget
{
    private TextDecoding? _text;

    public override int LargestElement => options.ChunkSize;

    public override bool IsReusable => options.LeaveOpen;

    public override ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        _text = new TextDecoding(options.EffectiveEncoding, LargestElement);
        return default;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) =>
        await writer.WriteAsync(_text!.Decode(bytes.Span), cancellationToken).ConfigureAwait(false);

    public override async ValueTask CompleteAsync(CancellationToken cancellationToken)
    {
        await writer.WriteAsync(_text!.End(), cancellationToken).ConfigureAwait(false);
        await writer.FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    public override ValueTask CloseAsync(Exception? fault)
    {
        _text?.Dispose();
        _text = null;
        return options.LeaveOpen ? default : writer.DisposeAsync();
    }
}
