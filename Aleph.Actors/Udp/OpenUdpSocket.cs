using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Akka.Actor;
using AkkaUdp = Akka.IO.Udp;
using AkkaUdpConnected = Akka.IO.UdpConnected;

namespace Aleph.Actors.Udp;

/// <summary>
/// What a socket actor has while its socket is open: the reading half, the sending half, and the socket's commands.
/// Used on the actor's turn.
/// </summary>
internal sealed class OpenUdpSocket
{
    private readonly DatagramSocket _socket;
    private readonly UdpSettings _settings;
    private readonly IDatagramInbox? _inbox;
    private readonly DatagramReader? _reader;
    private readonly DatagramSender _sender;
    private readonly IActorRef _self;
    private readonly UdpCounters _counters;
    private readonly UdpWireLog? _log;
    private bool _closed;

    public OpenUdpSocket(
        DatagramSocket socket, UdpSocketSpec spec, Func<DatagramSender, IDatagramInbox?> inbox, UdpCounters counters,
        ActorSystem system, IActorRef self)
    {
        _counters = counters;
        (_socket, _settings, _self) = (socket, spec.Settings, self);
        if (_settings.InlineCompletions)
            Transports.Sockets.InlineCompletions.Enable(socket.Socket, self);
        _log = UdpWireLog.For(system, _settings.WireLog, Bound);
        var peers = new PeerCache(socket.Socket.AddressFamily);
        _sender = new DatagramSender(
            socket, _settings, counters, peers, spec.Resolver, self,
            error => DatagramReader.Report(error, socket, _inbox, counters, _log), _log);
        _inbox = inbox(_sender);

        // A socket without an address cannot receive before it has sent; and nobody knows where to send to.
        if (_inbox is not null && socket.Socket.IsBound)
            _reader = new DatagramReader(socket, _settings, _inbox, counters, peers, self, _log);
    }

    public UdpSocketProtocol.Bound Bound => new(_socket.LocalEndPoint, _socket.Remote);

    public void Start() => _reader?.Start();

    /// <summary>True when the message was for the socket.</summary>
    public bool TryHandle(object message, IActorRef sender)
    {
        if (_reader is not null && _reader.TryHandle(message))
            return true;
        if (PendingSend.Is(message))
            _sender.Send(new PendingSend(message, sender));
        else if (!_sender.TryHandle(message) && _inbox?.TryHandle(message) is not true)
            return TryCommand(message, sender);
        return true;
    }

    /// <summary>Closes the socket; what waited to be sent is refused to its senders. Harmless when repeated.</summary>
    public void Close()
    {
        if (_closed)
            return;
        _closed = true;
        _reader?.Close();
        _sender.Close();
        _socket.Dispose();
        _inbox?.Close();
        _log?.Closed(_counters.Snapshot());
    }

    private bool TryCommand(object message, IActorRef sender)
    {
        switch (message)
        {
            case AkkaUdp.SuspendReading or AkkaUdpConnected.SuspendReading:
                _reader?.Suspend();
                return true;
            case AkkaUdp.ResumeReading or AkkaUdpConnected.ResumeReading:
                _reader?.Resume();
                return true;
            case UdpSocketProtocol.JoinMulticastGroup join:
                sender.Tell(Join(join), _self);
                return true;
            case UdpSocketProtocol.LeaveMulticastGroup leave:
                sender.Tell(Leave(leave), _self);
                return true;
            default:
                return false;
        }
    }

    private UdpSocketProtocol.Event Join(UdpSocketProtocol.JoinMulticastGroup join) =>
        (UdpSocketProtocol.Event?)Change(join, true, join.Group, join.Interface)
        ?? new UdpSocketProtocol.MulticastGroupJoined(join.Group);

    private UdpSocketProtocol.Event Leave(UdpSocketProtocol.LeaveMulticastGroup leave) =>
        (UdpSocketProtocol.Event?)Change(leave, false, leave.Group, leave.Interface)
        ?? new UdpSocketProtocol.MulticastGroupLeft(leave.Group);

    // Null when it is done.
    private UdpSocketProtocol.CommandFailed? Change(
        UdpSocketProtocol.Command command, bool join, IPAddress group, string? @interface)
    {
        try
        {
            Multicast.Change(_socket.Socket, join, group, @interface ?? _settings.MulticastInterface);
            return null;
        }
        catch (Exception e) when (e is SocketException or ArgumentException or NetworkInformationException)
        {
            return new UdpSocketProtocol.CommandFailed(command, e);
        }
    }
}
