using Akka.Actor;

namespace Aleph.Actors.Connections;

/// <summary>
/// What is written down of one connection for whoever listens: the wire log, the meters, the server's counters and
/// subscribers. Used on its turn.
/// </summary>
internal sealed class ConnectionRecord
{
    // Counting each read and write would have all connections write to the same few bytes of memory.
    private const long CountEvery = 256 * 1024;

    private readonly ConnectionMeasure? _measure;
    private readonly ConnectionSpec _spec;
    private readonly IActorRef _self;
    private readonly long _begun;
    private ConnectionInfo _info;
    private string _protocol = "";
    private long _receivedCounted;
    private long _sentCounted;

    /// <summary>The connection has a transport.</summary>
    public ConnectionRecord(ActorSystem system, IActorRef self, ConnectionSpec spec, ConnectionInfo info)
    {
        (_spec, _self, _info) = (spec, self, info);
        _begun = spec.Time.GetTimestamp();
        Wire = WireLog.For(system, spec.WireLog, info);
        Wire?.Connected();
        _measure = ConnectionMeasure.Begin(spec.IsClient, info, handshaking: spec.Layer is not null);
    }

    /// <summary>The log of its bytes; null where nobody wants it.</summary>
    public WireLog? Wire { get; }

    /// <summary>Where it stands.</summary>
    public ConnectionState State { get; private set; }

    public TimeSpan Age => _spec.Time.GetElapsedTime(_begun);

    private bool IsWatched => _spec.Subscribers is { Any: true };

    /// <summary>It begins, with that state and protocol.</summary>
    public void Began(ConnectionState state, string protocol)
    {
        (State, _protocol) = (state, protocol);
        if (IsWatched)
            Tell(new ServerProtocol.ConnectionOpened(_info, state));
    }

    /// <summary>It stands elsewhere.</summary>
    public void Became(ConnectionState state)
    {
        if (state <= State)
            return;
        State = state;
        TellState();
    }

    /// <summary>It speaks another protocol.</summary>
    public void Speaks(string protocol)
    {
        if (_protocol == protocol)
            return;
        _protocol = protocol;
        TellState();
    }

    /// <summary>So many bytes have been transferred in all.</summary>
    public void Count(long received, long sent)
    {
        if (received - _receivedCounted >= CountEvery || sent - _sentCounted >= CountEvery)
            CountAll(received, sent);
    }

    /// <summary>It has opened, as these facts say, or a layer that came later has.</summary>
    public void Opened(ConnectionInfo info)
    {
        _info = info;
        Wire?.Opened(info);
        _measure?.Opened(info.Tls);
    }

    /// <summary>It is over.</summary>
    public void Ended(ConnectionEnd end, long received, long sent)
    {
        Wire?.Closed(end, received, sent);
        _measure?.Ended(end, received, sent);
        CountAll(received, sent);
        _spec.Counters?.Closed(end.Reason);
        if (IsWatched)
            Tell(new ServerProtocol.ConnectionClosed(_info, end, received, sent));
    }

    private void CountAll(long received, long sent)
    {
        _spec.Counters?.Transferred(received - _receivedCounted, sent - _sentCounted);
        (_receivedCounted, _sentCounted) = (received, sent);
    }

    private void TellState()
    {
        if (IsWatched)
            Tell(new ServerProtocol.ConnectionStateChanged(_info, State, _protocol));
    }

    private void Tell(ServerProtocol.Event what) => _spec.Subscribers!.Tell(what, _self);
}
