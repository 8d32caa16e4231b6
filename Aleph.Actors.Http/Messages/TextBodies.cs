using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;

namespace Aleph.Actors.Http;

/// <summary>Bodies of text that comes in pieces, and bodies that are pushed.</summary>
public static class TextBodies
{
    extension(HttpBody)
    {
        /// <summary>
        /// A body of texts, each sent as soon as it is there and as a chunk of its own where chunks are sent.
        /// </summary>
        /// <param name="texts">The texts.</param>
        /// <param name="encoding">Default UTF-8, without a byte order mark. A character may be cut in two by an
        /// element's end.</param>
        public static HttpBody From(IAsyncEnumerable<string> texts, Encoding? encoding = null)
        {
            ArgumentNullException.ThrowIfNull(texts);
            return HttpBody.From(Encode(texts, (encoding ?? Encoding.UTF8).GetEncoder()));
        }

        /// <summary>
        /// A body of what is written to a channel, until its writer completes; each item leaves as soon as it is there.
        /// Writes to a bounded channel wait for room at the connection. When nobody takes the body any more, the
        /// channel is completed: writes then throw <see cref="OperationCanceledException"/>, and what lies in it is
        /// lost. Completed with an error, the connection is aborted, so that the client can tell.
        /// </summary>
        /// <param name="channel">Nobody else may read it. Items must not change after they were written.</param>
        /// <param name="length">The length in bytes, at least 0, where it is known; writing another number aborts the
        /// connection.</param>
        public static HttpBody From(Channel<ReadOnlyMemory<byte>> channel, long? length = null)
        {
            ArgumentNullException.ThrowIfNull(channel);
            if (length is { } known)
                ArgumentOutOfRangeException.ThrowIfNegative(known, nameof(length));
            return new ChannelBody<ReadOnlyMemory<byte>>(channel, static bytes => bytes, length);
        }

        /// <summary>
        /// A body of texts that are written to a channel, as one of bytes. Objects go through
        /// <see cref="JsonBodies"/>, which takes <c>channel.Reader.ReadAllAsync()</c>.
        /// </summary>
        /// <param name="channel">Nobody else may read it.</param>
        /// <param name="encoding">Default UTF-8, without a byte order mark. Each item is encoded by itself.</param>
        public static HttpBody From(Channel<string> channel, Encoding? encoding = null)
        {
            ArgumentNullException.ThrowIfNull(channel);
            encoding ??= Encoding.UTF8;
            return new ChannelBody<string>(channel, text => encoding.GetBytes(text), null);
        }

        /// <summary>
        /// A body that a function writes: it is called on the thread pool when the body is sent, and the body ends when
        /// its task does. What is written leaves with the next flush; a flush waits until the connection has taken it,
        /// and throws <see cref="OperationCanceledException"/> when nobody takes it any more. If the function fails,
        /// the connection is aborted, so that the client can tell.
        /// </summary>
        /// <param name="write">Gets the writer, and a token that fires when the peer has left or the body is given
        /// up.</param>
        /// <param name="length">The length, where it is known; writing another number of bytes aborts the
        /// connection.</param>
        public static HttpBody Write(Func<PipeWriter, CancellationToken, Task> write, long? length = null)
        {
            ArgumentNullException.ThrowIfNull(write);
            if (length is { } known)
                ArgumentOutOfRangeException.ThrowIfNegative(known, nameof(length));
            return new PushedBody(write, length);
        }
    }

    /// <summary>The body as a reader of a pipe, for one reader; completing it early gives the rest up.</summary>
    /// <exception cref="InvalidOperationException">The body was used before.</exception>
    public static PipeReader AsPipeReader(this HttpBody body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return PipeReader.Create(body.AsStream());
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Encode(
        IAsyncEnumerable<string> texts, Encoder encoder,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var text in texts.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            var bytes = new byte[encoder.GetByteCount(text, flush: false)];
            if (encoder.GetBytes(text, bytes, flush: false) > 0)
                yield return bytes;
        }

        // A surrogate that was left alone becomes what the encoding has for it.
        var rest = new byte[encoder.GetByteCount([], flush: true)];
        if (encoder.GetBytes([], rest, flush: true) > 0)
            yield return rest;
    }
}
