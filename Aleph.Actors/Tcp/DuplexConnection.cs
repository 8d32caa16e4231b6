using System.IO.Pipelines;
using Aleph.Actors.Tcp;

namespace Aleph.Actors;

/// <summary>
/// A connection as two pipes, for code that reads and writes bytes itself: a raw TCP handler, a tunnel, a protocol
/// after an upgrade. Back-pressure holds both ways: unread input holds the peer back, unsent output makes <see
/// cref="PipeWriter.FlushAsync"/> wait. One reader and one writer at a time, on any threads.
/// </summary>
/// <remarks>
/// Input ends when the peer sends no more, or when the server drains; it fails with an <see cref="IOException"/> when
/// the connection broke. Completing <see cref="Output"/> sends what was written, then FIN; reading goes on.
/// Completing it with an exception resets the connection.
/// </remarks>
public sealed class DuplexConnection : IDuplexPipe, IAsyncDisposable
{
    private readonly DuplexPipes _pipes;
    private readonly Action _abort;

    internal DuplexConnection(ConnectionInfo info, DuplexPipes pipes, Action abort, CancellationToken aborted)
    {
        Info = info;
        _pipes = pipes;
        _abort = abort;
        Aborted = aborted;
    }

    /// <summary>Who is connected to whom.</summary>
    public ConnectionInfo Info { get; }

    /// <summary>The bytes that the peer sent. Completing it discards what is still to come.</summary>
    public PipeReader Input => _pipes.Input.Reader;

    /// <summary>The bytes to send. They leave with <see cref="PipeWriter.FlushAsync"/>.</summary>
    public PipeWriter Output => _pipes.Output.Writer;

    /// <summary>
    /// Cancelled when the connection has ended before the code that runs on it. Callbacks run on the thread pool.
    /// </summary>
    public CancellationToken Aborted { get; }

    /// <summary>
    /// Both pipes as one stream: each write is flushed. Disposing it completes both pipes. Do not use it and the
    /// pipes at a time.
    /// </summary>
    public Stream AsStream() => new DuplexStream(this);

    /// <summary>Drops what is unsent and resets the connection. Any thread; harmless when repeated.</summary>
    public void Abort() => _abort();

    /// <summary>
    /// Completes both pipes: what was written is sent, then the connection half-closes. Harmless when repeated.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        await Output.CompleteAsync().ConfigureAwait(false);
        await Input.CompleteAsync().ConfigureAwait(false);
    }
}
