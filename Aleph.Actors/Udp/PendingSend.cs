using System.Net;
using Akka.Actor;
using Akka.Event;
using Aleph.Actors.Connections;
using AkkaUdp = Akka.IO.Udp;
using AkkaUdpConnected = Akka.IO.UdpConnected;

namespace Aleph.Actors.Udp;

/// <summary>
/// A datagram that somebody wants sent, in any of the forms that a socket actor takes, and who is told. A bare <see
/// cref="Datagram"/> is the answer of a function, which is told nothing.
/// </summary>
internal readonly record struct PendingSend(object Command, IActorRef Sender)
{
    public int Length => Command switch
    {
        AkkaUdp.Send send => send.Payload.Count,
        AkkaUdpConnected.Send send => send.Payload.Count,
        UdpSocketProtocol.Send send => send.Datagram.Payload.Length,
        Datagram answer => answer.Payload.Length,
        DatagramSend send => send.Datagram.Payload.Length,
        _ => throw NotASend(),
    };

    /// <summary>The bytes; copied only where they are in several pieces.</summary>
    public ReadOnlySpan<byte> Payload => Command switch
    {
        AkkaUdp.Send send => send.Payload.ToReadOnlySpan(),
        AkkaUdpConnected.Send send => send.Payload.ToReadOnlySpan(),
        UdpSocketProtocol.Send send => send.Datagram.Payload.Span,
        Datagram answer => answer.Payload.Span,
        DatagramSend send => send.Datagram.Payload.Span,
        _ => throw NotASend(),
    };

    /// <summary>Whom to; null for the peer of a connected socket.</summary>
    public EndPoint? Target => Command switch
    {
        AkkaUdp.Send send => send.Target,
        AkkaUdpConnected.Send => null,
        UdpSocketProtocol.Send send => send.Datagram.RemoteEndPoint,
        Datagram answer => answer.RemoteEndPoint,
        DatagramSend send => send.Datagram.RemoteEndPoint,
        _ => throw NotASend(),
    };

    public static bool Is(object message) =>
        message is AkkaUdp.Send or AkkaUdpConnected.Send or UdpSocketProtocol.Send or DatagramSend;

    /// <summary>The kernel has it: tells whoever wants to know.</summary>
    public void Sent(IActorRef self)
    {
        switch (Command)
        {
            case AkkaUdp.Send { WantsAck: true } send:
                Sender.Tell(send.Ack, self);
                break;
            case AkkaUdpConnected.Send { WantsAck: true } send:
                Sender.Tell(send.Ack, self);
                break;
            case UdpSocketProtocol.Send send:
                Sender.Tell(new UdpSocketProtocol.Sent(send.Datagram), self);
                break;
            case DatagramSend send:
                send.OnSent();
                break;
        }
    }

    /// <summary>It was not sent: tells its sender.</summary>
    public void Failed(Exception cause, IActorRef self)
    {
        switch (Command)
        {
            case AkkaUdp.Command command:
                Sender.Tell(command.FailureMessage, self);
                break;
            case AkkaUdpConnected.Command command:
                Sender.Tell(command.FailureMessage, self);
                break;
            case UdpSocketProtocol.Command command:
                Sender.Tell(new UdpSocketProtocol.CommandFailed(command, cause), self);
                break;
            case DatagramSend send:
                send.OnFailed(cause);
                break;
        }
    }

    private static InvalidOperationException NotASend() => new("Only a send has a payload");
}

/// <summary>A datagram from code outside actors. Exactly one of the two methods is called, on any thread.</summary>
internal abstract class DatagramSend(Datagram datagram)
    : IOwnsResource, INoSerializationVerificationNeeded, IDeadLetterSuppression
{
    public Datagram Datagram { get; } = datagram;

    public abstract void OnSent();

    public abstract void OnFailed(Exception cause);

    /// <summary>The socket's actor had ended before it got this.</summary>
    public void Release() => OnFailed(DatagramSender.Closed());
}
