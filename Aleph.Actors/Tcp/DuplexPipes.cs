using System.IO.Pipelines;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Tcp;

/// <summary>
/// The two pipes of a <see cref="DuplexConnection"/>: user code on one side, the connection's turn on the other.
/// </summary>
internal sealed class DuplexPipes
{
    private const int Pause = 64 * 1024;
    private const int Resume = 32 * 1024;

    /// <summary>From the peer to user code.</summary>
    public Pipe Input { get; } = new(Options(reader: AfterTurnScheduler.Instance, writer: PipeScheduler.Inline));

    /// <summary>From user code to the peer.</summary>
    public Pipe Output { get; } = new(Options(reader: PipeScheduler.Inline, writer: PipeScheduler.ThreadPool));

    // Continuations of user code run after the turn or on the pool, so that none runs on it; the connection's own only
    // tell its actor.
    private static PipeOptions Options(PipeScheduler reader, PipeScheduler writer) => new(
        readerScheduler: reader,
        writerScheduler: writer,
        pauseWriterThreshold: Pause,
        resumeWriterThreshold: Resume,
        useSynchronizationContext: false);
}
