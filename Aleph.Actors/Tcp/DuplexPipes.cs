using System.IO.Pipelines;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Tcp;

/// <summary>
/// The two pipes of a <see cref="DuplexConnection"/>: user code on one side, the connection's turn on the other.
/// </summary>
internal sealed class DuplexPipes
{
    // Some receives of bulk, so that not each of them ends in a pause.
    private const int InputPause = 256 * 1024;
    private const int OutputPause = 64 * 1024;

    // Continuations of user code run after the turn or on the pool, so that none runs on it; the connection's own only
    // tell its actor.

    /// <summary>From the peer to user code.</summary>
    public Pipe Input { get; } = new(Options(AfterTurnScheduler.Instance, PipeScheduler.Inline, InputPause));

    /// <summary>From user code to the peer.</summary>
    public Pipe Output { get; } = new(Options(PipeScheduler.Inline, PipeScheduler.ThreadPool, OutputPause));

    private static PipeOptions Options(PipeScheduler reader, PipeScheduler writer, int pause) => new(
        readerScheduler: reader,
        writerScheduler: writer,
        pauseWriterThreshold: pause,
        resumeWriterThreshold: pause / 2,
        useSynchronizationContext: false);
}
