using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Tcp;

/// <summary>
/// The connection's side of the output pipe: moves what user code flushed into the connection's output, while that is
/// below its high mark. Used on the connection's turn.
/// </summary>
internal sealed class DuplexOutput
{
    private readonly PipeReader _reader;
    private readonly IConnection _connection;
    private readonly Action _onWritten;
    private ConfiguredValueTaskAwaitable<ReadResult>.ConfiguredValueTaskAwaiter _read;
    private bool _waiting;
    private bool _held;
    private bool _written;
    private bool _endTaken;
    private State _state;

    public DuplexOutput(PipeReader reader, IConnection connection)
    {
        _reader = reader;
        _connection = connection;
        var self = connection.Self;

        // Whoever flushed has the thread, and waits for the connection anyway.
        _onWritten = () => IoDispatcher.TellHere(self, Written.Instance);
    }

    /// <summary>
    /// Ended: the user completed it and all is in the connection's output. Failed: completed with an exception.
    /// </summary>
    internal enum State
    {
        Open,
        Ended,
        Failed,
    }

    /// <summary>Whether more may be written.</summary>
    public bool IsOpen => _state is State.Open;

    /// <summary>Whether all that was flushed so far is in the connection's output.</summary>
    public bool IsDrained => _state is State.Open && _waiting && !_read.IsCompleted;

    /// <summary>Moves nothing until <see cref="Release"/>.</summary>
    public void Hold() => _held = true;

    /// <summary>Ends a hold; what was flushed meanwhile is moved at the connection's own message.</summary>
    public void Release()
    {
        _held = false;
        if (_written)
            _onWritten();
        _written = false;
    }

    /// <summary>True once: the end has to be told to the peer.</summary>
    public bool TakeEnd()
    {
        var first = !_endTaken;
        _endTaken = true;
        return first;
    }

    /// <summary>What was waited for has been written.</summary>
    public State Continue()
    {
        if (!_waiting || _held)
        {
            _written |= _waiting;
            return _state;
        }

        _waiting = false;
        Settle();
        return Drain();
    }

    /// <summary>Moves what there is, unless a wait for more is under way.</summary>
    public State Drain()
    {
        while (_state is State.Open && !_waiting && !_connection.Output.IsAboveHighMark)
            Read(_reader.ReadAsync());
        return _state;
    }

    /// <summary>The connection has ended: user code that flushes is told so.</summary>
    public void Complete()
    {
        if (_state is State.Open)
            _reader.Complete();
        _state = _state is State.Failed ? State.Failed : State.Ended;
    }

    private void Read(ValueTask<ReadResult> read)
    {
        _read = read.ConfigureAwait(false).GetAwaiter();
        if (_read.IsCompleted)
        {
            Settle();
            return;
        }

        _waiting = true;
        _read.UnsafeOnCompleted(_onWritten);
    }

    private void Settle()
    {
        ReadResult result;
        try
        {
            result = _read.GetResult();
        }
        catch (Exception)
        {
            // The pipe rethrows what the user completed it with: an order to reset, told by the state.
            _state = State.Failed;
            _reader.Complete();
            return;
        }

        foreach (var segment in result.Buffer)
            _connection.Output.Write(segment.Span);
        _reader.AdvanceTo(result.Buffer.End);
        if (!result.IsCompleted)
            return;
        _state = State.Ended;
        _reader.Complete();
    }

    /// <summary>To the connection: user code has flushed or completed its output.</summary>
    internal sealed class Written : INoSerializationVerificationNeeded, IDeadLetterSuppression
    {
        public static Written Instance { get; } = new();
    }
}
