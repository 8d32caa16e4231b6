using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Akka.Actor;
using Akka.Dispatch.SysMsg;
using Akka.Event;
using Aleph.Actors.Transports.Sockets;
using AkkaTcp = Akka.IO.Tcp;
using ByteString = Akka.IO.ByteString;

namespace Aleph.Actors.Transports.AkkaIo;

/// <summary>
/// The handler that a stock connection knows, as a reference without an actor: it gathers what the stock connection
/// tells and wakes the connection actor, which takes it on its turn. Akka.IO resets a connection whose handler ends and
/// lets none be put in its place, so the handler outlives the connection actor: afterwards it serves a <see
/// cref="StockCloser"/>. Any thread.
/// </summary>
internal sealed class StockConnection : MinimalActorRef, IDisposable
{
    private static long _names;

    private readonly Lock _lock = new();
    private readonly IActorRef _stock;
    private readonly Socket? _socket;
    private readonly Action? _onEnded;
    private IActorRef? _owner;
    private StockCloser? _closer;
    private StockEvents _events;
    private bool _signalled;
    private bool _ended;

    /// <param name="system">Where the stock connection lives.</param>
    /// <param name="stock">The stock connection, which waits for a handler.</param>
    /// <param name="connected">What it said of itself.</param>
    /// <param name="socket">Its socket, where that is known; it stays the stock connection's.</param>
    /// <param name="onEnded">Called once it has ended, on any thread.</param>
    public StockConnection(
        ExtendedActorSystem system, IActorRef stock, AkkaTcp.Connected connected, Socket? socket, Action? onEnded)
    {
        (_stock, _socket, _onEnded, Provider) = (stock, socket, onEnded, system.Provider);
        (LocalEndPoint, RemoteEndPoint) = (connected.LocalAddress, connected.RemoteAddress);
        Path = NewPath(system, "connection");
        ((IInternalActorRef)stock).SendSystemMessage(new Watch((IInternalActorRef)stock, this));
    }

    public override IActorRefProvider Provider { get; }

    public override ActorPath Path { get; }

    public EndPoint? LocalEndPoint { get; }

    public EndPoint? RemoteEndPoint { get; }

    /// <summary>What the owner is told when there is something to <see cref="Take"/>.</summary>
    public object Wake { get; } = new WakeUp();

    public long? BytesAcknowledged
    {
        get
        {
            try
            {
                return _socket is null ? null : SocketProgress.BytesAcknowledged(_socket);
            }
            catch (ObjectDisposedException)
            {
                // The stock connection has ended, and its message is on its way.
                return null;
            }
        }
    }

    /// <summary>A path that no other reference of ours has: stock actors tell those they watch apart by it.</summary>
    public static ActorPath NewPath(ExtendedActorSystem system, string role) =>
        new RootActorPath(system.Provider.DefaultAddress) / "system" / "aleph-akka-io"
        / $"{role}-{Interlocked.Increment(ref _names)}";

    /// <summary>Becomes the handler, and wakes <paramref name="owner"/> from now on. Reading begins.</summary>
    public void Register(IActorRef owner)
    {
        lock (_lock)
            _owner = owner;
        _stock.Tell(new AkkaTcp.Register(this, keepOpenOnPeerClosed: true, useResumeWriting: false), this);
        Read();

        // It may have ended before.
        Signal();
    }

    /// <summary>What has happened since the last call. For the owner, when it was woken.</summary>
    public StockEvents Take()
    {
        lock (_lock)
        {
            _signalled = false;
            return TakeEvents();
        }
    }

    /// <summary>Wakes the owner though nothing came.</summary>
    public void Signal()
    {
        IActorRef owner;
        lock (_lock)
        {
            if (_owner is null || _signalled)
                return;
            _signalled = true;
            owner = _owner;
        }

        owner.Tell(Wake, ActorRefs.NoSender);
    }

    /// <summary>Asks for the next piece: in pull mode there is one for each time, so none waits in a mailbox.</summary>
    public void Read() => _stock.Tell(AkkaTcp.ResumeReading.Instance, this);

    /// <summary>Sends; its memory must stay until it is <see cref="StockEvents.IsSent"/> or the end came.</summary>
    public void Write(ReadOnlyMemory<byte> memory)
    {
        if (!MemoryMarshal.TryGetArray(memory, out var bytes))
            bytes = memory.ToArray();
        _stock.Tell(AkkaTcp.Write.Create(ByteString.FromBytes(bytes), Written.Instance), this);
    }

    /// <summary>Sends FIN; at the peer's end the connection ends.</summary>
    public void EndOutput() => _stock.Tell(AkkaTcp.ConfirmedClose.Instance, this);

    /// <summary>Resets the connection.</summary>
    public void Abort() => _stock.Tell(AkkaTcp.Abort.Instance, this);

    /// <summary>Lets a stock connection that waits for its peer's end believe that this end came.</summary>
    public void EndInput()
    {
        try
        {
            _socket?.Shutdown(SocketShutdown.Receive);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It has come, or the connection has ended.
            Abort();
        }
    }

    /// <summary>Leaves the owner: what comes from now on goes to <paramref name="closer"/>.</summary>
    public void LeaveTo(StockCloser closer, Action<StockEvents> begin)
    {
        lock (_lock)
        {
            (_owner, _closer) = (null, closer);

            // The owner may have been told of the end, after which nothing comes any more.
            begin(TakeEvents() with { HasEnded = _ended });
        }
    }

    /// <summary>Runs what a closer's clock demands, in turn with all else.</summary>
    public void Run(Action action)
    {
        lock (_lock)
            action();
    }

    /// <summary>Resets a connection that nobody wants.</summary>
    public void Dispose() => Abort();

    public override void SendSystemMessage(ISystemMessage message)
    {
        if (message is not DeathWatchNotification)
            return;
        On(new StockEvents { HasEnded = true, Failure = StockErrors.Stopped });
        _onEnded?.Invoke();
    }

    protected override void TellInternal(object message, IActorRef sender)
    {
        switch (message)
        {
            case AkkaTcp.Received received:
                On(new StockEvents { Received = received.Data });
                break;
            case Written:
                On(new StockEvents { IsSent = true });
                break;
            case AkkaTcp.PeerClosed:
                On(new StockEvents { HasPeerClosed = true });
                break;
            case AkkaTcp.ConfirmedClosed or AkkaTcp.Closed:
                On(new StockEvents { HasPeerClosed = true, HasEnded = true });
                break;
            case AkkaTcp.ConnectionClosed closed:
                On(new StockEvents { HasEnded = true, Failure = StockErrors.ToEnd(closed) });
                break;
            case AkkaTcp.CommandFailed failed:
                On(new StockEvents { Failure = StockErrors.Refused(failed) });
                break;
        }
    }

    private void On(StockEvents news)
    {
        lock (_lock)
        {
            if (_ended)
                return;
            _ended = news.HasEnded;
            if (_closer is { } closer)
            {
                closer.On(news);
                return;
            }

            _events.Add(news);
        }

        Signal();
    }

    private StockEvents TakeEvents()
    {
        var events = _events;
        _events = default;
        return events;
    }

    private sealed class WakeUp : INoSerializationVerificationNeeded, IDeadLetterSuppression;

    private sealed class Written : AkkaTcp.Event, IDeadLetterSuppression
    {
        public static Written Instance { get; } = new();
    }
}
