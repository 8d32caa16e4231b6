using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Event;

namespace Aleph.Actors.Tcp;

/// <summary>
/// The connection's side of the input pipe: copies what came into it, and pauses reading while user code has too much
/// unread. Used on the connection's turn.
/// </summary>
internal sealed class DuplexInput
{
    private readonly PipeWriter _writer;
    private readonly IConnection _connection;
    private readonly Action _onReadable;
    private ConfiguredValueTaskAwaitable<FlushResult>.ConfiguredValueTaskAwaiter _flush;
    private State _state;

    public DuplexInput(PipeWriter writer, IConnection connection)
    {
        _writer = writer;
        _connection = connection;
        var self = connection.Self;
        _onReadable = () => self.Tell(Readable.Instance, ActorRefs.NoSender);
    }

    private enum State
    {
        Open,
        Paused,
        Discarding,
    }

    /// <summary>Whether what comes is for somebody.</summary>
    public bool IsOpen => _state is not State.Discarding;

    /// <summary>Consumes all, but for a pause: then nothing.</summary>
    public int Receive(ReadOnlySpan<byte> data)
    {
        if (_state is State.Paused)
            return 0;
        if (_state is State.Open && !data.IsEmpty)
        {
            data.CopyTo(_writer.GetSpan(data.Length));
            _writer.Advance(data.Length);
            Flush(_writer.FlushAsync());
        }

        return data.Length;
    }

    /// <summary>User code has read enough for more.</summary>
    public void Resume()
    {
        if (_state is not State.Paused)
            return;
        Settle(_flush.GetResult());
        _connection.ResumeReading();
    }

    /// <summary>Nothing follows; what follows nevertheless is discarded. Harmless when repeated.</summary>
    public void End()
    {
        if (_state is State.Paused)
            _connection.ResumeReading();
        Complete(null);
    }

    /// <summary>The connection has ended, with an error or without.</summary>
    public void Complete(Exception? cause)
    {
        _state = State.Discarding;
        _writer.Complete(cause);
    }

    private void Flush(ValueTask<FlushResult> flush)
    {
        _flush = flush.ConfigureAwait(false).GetAwaiter();
        if (_flush.IsCompleted)
        {
            Settle(_flush.GetResult());
            return;
        }

        _state = State.Paused;
        _connection.PauseReading();
        _flush.UnsafeOnCompleted(_onReadable);
    }

    private void Settle(FlushResult result) => _state = result.IsCompleted ? State.Discarding : State.Open;

    /// <summary>To the connection: user code has read enough for more.</summary>
    internal sealed class Readable : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static Readable Instance { get; } = new();
    }
}
