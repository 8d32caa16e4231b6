using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Udp;

/// <summary>
/// One reusable socket operation with its buffer. It belongs to its actor's turn while idle and to the kernel while in
/// flight; closed in that time it is orphaned, and its completion only gives the buffer back. It is its own completion
/// message.
/// </summary>
internal abstract class DatagramOperation : INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    private const int Idle = 0;
    private const int InFlight = 1;
    private const int Orphaned = 2;

    private readonly IActorRef _owner;
    private readonly Action _onCompleted;
    private ConfiguredValueTaskAwaitable<int>.ConfiguredValueTaskAwaiter _pending;
    private int _state;

    protected DatagramOperation(IActorRef owner)
    {
        _owner = owner;
        _onCompleted = OnCompleted;
    }

    /// <summary>How many bytes the last one moved.</summary>
    public int Count { get; private set; }

    /// <summary>How the last one ended.</summary>
    public SocketError Error { get; private set; }

    protected byte[]? Buffer { get; private set; }

    /// <summary>Lets the operation go. The socket has to be closed next, which ends what is in flight.</summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref _state, Orphaned) == Idle)
            Release();
    }

    protected void MakeRoom(int size)
    {
        if (Buffer is { } buffer && buffer.Length >= size)
            return;
        Release();
        Buffer = ArrayPool<byte>.Shared.Rent(size);
    }

    protected void Release()
    {
        if (Buffer is { } buffer)
            ArrayPool<byte>.Shared.Return(buffer);
        Buffer = null;
    }

    /// <summary>Call before the operation that <see cref="Follow"/> follows.</summary>
    protected void Begin() => Volatile.Write(ref _state, InFlight);

    /// <summary>True when it has completed already and no message will come.</summary>
    protected bool Follow(ValueTask<int> operation)
    {
        _pending = operation.ConfigureAwait(false).GetAwaiter();
        if (!_pending.IsCompleted)
        {
            _pending.UnsafeOnCompleted(_onCompleted);
            return false;
        }

        TakeResult();
        Volatile.Write(ref _state, Idle);
        return true;
    }

    private void OnCompleted()
    {
        TakeResult();
        if (Interlocked.CompareExchange(ref _state, Idle, InFlight) == InFlight)
            IoDispatcher.TellFromCompletion(_owner, this);
        else
            Release();
    }

    private void TakeResult()
    {
        var pending = _pending;
        _pending = default;
        try
        {
            Count = pending.GetResult();
            Error = SocketError.Success;
        }
        catch (SocketException e)
        {
            (Count, Error) = (0, e.SocketErrorCode);
        }
        catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException)
        {
            (Count, Error) = (0, SocketError.OperationAborted);
        }
    }
}
