using System.Net.Sockets;
using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Connections;

namespace Aleph.Actors.Transports.Sockets;

/// <summary>
/// One reusable socket operation. It belongs to its actor's turn while idle and to the kernel while in flight; when the
/// actor's transport closes in that time it is orphaned, and its completion goes to the <see cref="SocketCloser"/>
/// instead of the actor. It is its own completion message.
/// </summary>
internal abstract class SocketOperation
    : SocketAsyncEventArgs, INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    private const int Idle = 0;
    private const int InFlight = 1;
    private const int Orphaned = 2;

    private readonly IActorRef _owner;
    private SocketCloser? _closer;
    private int _state;

    // True: the flow of the execution context is suppressed.
    protected SocketOperation(IActorRef owner)
        : base(true) => _owner = owner;

    public bool IsInFlight => Volatile.Read(ref _state) == InFlight;

    /// <summary>Starts; true when it has completed already and no message will come.</summary>
    public bool Begin(Socket socket)
    {
        Volatile.Write(ref _state, InFlight);
        if (BeginCore(socket))
            return false;
        Volatile.Write(ref _state, Idle);
        return true;
    }

    /// <summary>Hands the operation to <paramref name="closer"/>; true when it is in flight and will come by
    /// itself.</summary>
    public bool Orphan(SocketCloser closer)
    {
        _closer = closer;
        return Interlocked.CompareExchange(ref _state, Orphaned, InFlight) == InFlight;
    }

    /// <summary>Starts for the closer; true when it has completed already.</summary>
    public bool BeginOrphaned(Socket socket)
    {
        Volatile.Write(ref _state, Orphaned);
        return !BeginCore(socket);
    }

    /// <summary>Gives back what the operation owns. Not while in flight.</summary>
    public virtual void Release() => Dispose();

    protected abstract bool BeginCore(Socket socket);

    protected override void OnCompleted(SocketAsyncEventArgs e)
    {
        if (Interlocked.CompareExchange(ref _state, Idle, InFlight) == InFlight)
            IoDispatcher.TellFromCompletion(_owner, this);
        else
            Complete();
    }

    private void Complete()
    {
        try
        {
            _closer!.OnCompleted(this);
        }
        catch (Exception e)
        {
            IoDispatcher.Report(_owner, e);
        }
    }
}

/// <summary>The sending operation. It sends from the output buffer's memory, which the transport or the closer keeps
/// alive.</summary>
internal sealed class SendOperation(IActorRef owner) : SocketOperation(owner)
{
    public void SetMemory(ReadOnlyMemory<byte> memory) =>
        SetBuffer(System.Runtime.InteropServices.MemoryMarshal.AsMemory(memory));

    protected override bool BeginCore(Socket socket) => socket.SendAsync(this);
}
