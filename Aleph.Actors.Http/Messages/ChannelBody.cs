using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Aleph.Actors.Http;

/// <summary>
/// What somebody writes to a channel. Its room is that of the channel: a bounded one makes writers wait for the
/// connection. Given up, it completes the channel, so that writers are told.
/// </summary>
internal sealed class ChannelBody<T>(
    Channel<T> channel, Func<T, ReadOnlyMemory<byte>> bytesOf, long? length) : HttpBody
{
    public override long? Length => length;

    internal override async IAsyncEnumerable<ReadOnlyMemory<byte>> Open(
        IBodyContext? context, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var item in channel.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
                yield return bytesOf(item);
        }
        finally
        {
            End();
        }
    }

    internal override void Discard()
    {
        if (TryClaim())
            End();
    }

    private void End() => channel.Writer.TryComplete(
        new OperationCanceledException("Nobody takes the body any more: the client has left, or it was not sent."));
}
