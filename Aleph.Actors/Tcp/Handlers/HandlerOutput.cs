using Akka.Actor;
using Akka.IO;
using Aleph.Actors.Tcp.Streams;
using AkkaTcp = Akka.IO.Tcp;

namespace Aleph.Actors.Tcp.Handlers;

/// <summary>
/// The writes of a handler on their way to the kernel: a bounded queue, and those that have left it for the
/// connection's output buffer and are not taken yet. Each is answered once, if it asked for that; one that never got to
/// the kernel is refused in any case. Used on the connection's turn.
/// </summary>
internal sealed class HandlerOutput
{
    private readonly IConnection _connection;
    private readonly OutputBuffer _output;
    private readonly Queue<Pending> _queue = new();
    private readonly Queue<Pending> _untaken = new();
    private readonly int _limit;
    private List<IActorRef>? _resuming;
    private Exception? _refusal;
    private long _queued;
    private long _written;
    private int _offset;

    // How many of the queue may leave: none before there is a handler, those before TLS while it begins.
    private int _free;

    public HandlerOutput(IConnection connection, int limit)
    {
        (_connection, _output, _limit) = (connection, connection.Output, limit);
        _written = _output.Length;
    }

    /// <summary>How many bytes the kernel has yet to take.</summary>
    public long PendingBytes => _queued + _output.Length;

    /// <summary>Whether all that may leave has gone to the output buffer.</summary>
    public bool IsMoved => _free == 0 || _queue.Count == 0;

    private bool IsFree => _free == int.MaxValue;

    /// <summary>Whatever waits may leave from now on.</summary>
    public void Open()
    {
        _free = int.MaxValue;
        OnSent();
    }

    /// <summary>What waits already may leave, what follows may not until <see cref="Open"/>.</summary>
    public void HoldRest() => _free = _queue.Count;

    /// <summary>From now on every write is refused with this cause; those accepted go on.</summary>
    public void Close(Exception refusal) => _refusal ??= refusal;

    public void Add(AkkaTcp.WriteCommand write, IActorRef sender)
    {
        var pending = PendingBytes;
        if (_refusal is not null)
            Refuse(write, sender, _refusal);
        else if (pending > 0 && pending + write.Bytes > _limit)
            Refuse(write, sender, new WriteBufferFullException(_limit));
        else if (write is AkkaTcp.CompoundWrite compound)
            AddAll(compound, sender);
        else
            AddSingle(write, sender);
    }

    /// <summary>Adds the last bytes before a <see cref="HoldRest"/>, above the limit if need be.</summary>
    public void AddLast(ByteString bytes, IActorRef sender) => AddSingle(AkkaTcp.Write.Create(bytes), sender);

    /// <summary>Tells <paramref name="sender"/> when what waits has fallen to a quarter of the limit.</summary>
    public void Resume(IActorRef sender)
    {
        if (PendingBytes <= _limit / 4)
            sender.Tell(AkkaTcp.WritingResumed.Instance, _connection.Self);
        else if (_resuming?.Contains(sender) != true)
            (_resuming ??= []).Add(sender);
    }

    /// <summary>Bytes have left the output buffer.</summary>
    public void OnSent()
    {
        Acknowledge();
        Fill();
        if (_resuming is null || PendingBytes > _limit / 4)
            return;
        foreach (var sender in _resuming)
            sender.Tell(AkkaTcp.WritingResumed.Instance, _connection.Self);
        _resuming = null;
    }

    /// <summary>The connection has ended: whatever the kernel has not taken is refused.</summary>
    public void Fail(Exception cause)
    {
        Acknowledge();
        foreach (var pending in _untaken)
            Refuse(pending.Write, pending.Sender, cause);
        foreach (var pending in _queue)
            Refuse(pending.Write, pending.Sender, cause);
        _untaken.Clear();
        _queue.Clear();
        _queued = 0;
        Close(cause);
    }

    private void AddAll(AkkaTcp.CompoundWrite writes, IActorRef sender)
    {
        foreach (var write in writes)
            AddSingle(write, sender);
    }

    private void AddSingle(AkkaTcp.WriteCommand command, IActorRef sender)
    {
        if (command is not AkkaTcp.Write write)
        {
            Refuse(command, sender, new NotSupportedException($"There is no {command.GetType().Name} here"));
            return;
        }

        var length = write.Data.Count;
        if (!IsFree || _queue.Count > 0 || _output.Length + length > _output.HighMark)
        {
            // A part of one that is not compact would be a copy of all of it each time.
            _queue.Enqueue(new Pending(write, sender, write.Data.Compact()));
            _queued += length;
            Fill();
            return;
        }

        _output.WriteAll(write.Data);
        _written += length;
        Written(new Pending(write, sender, write.Data));
    }

    private void Fill()
    {
        while (_free > 0 && _queue.TryPeek(out var next))
        {
            var data = next.Data;
            while (_offset < data.Count)
            {
                if (_output.IsAboveHighMark)
                    return;
                var count = _output.WritePart(ref data, _offset);
                _queued -= count;
                _offset += count;
                _written += count;
            }

            _offset = 0;
            _queue.Dequeue();
            if (!IsFree)
                _free--;
            Written(next);
        }
    }

    private void Written(Pending pending)
    {
        _untaken.Enqueue(pending with { End = _written });
        if (pending.Write.Data.Count == 0)
            Acknowledge();
    }

    private void Acknowledge()
    {
        var taken = _written - _output.Length;
        while (_untaken.TryPeek(out var first) && first.End <= taken)
        {
            _untaken.Dequeue();
            if (first.Write.WantsAck)
                first.Sender.Tell(first.Write.Ack, _connection.Self);
        }
    }

    private void Refuse(AkkaTcp.WriteCommand write, IActorRef sender, Exception cause) =>
        sender.Tell(write.FailureMessage.WithCause(cause), _connection.Self);

    /// <summary>A write that was accepted; once it is in the output buffer, with the position of its end.</summary>
    private readonly record struct Pending(AkkaTcp.Write Write, IActorRef Sender, ByteString Data)
    {
        public long End { get; init; }
    }
}
