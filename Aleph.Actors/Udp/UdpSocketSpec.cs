using System.Net;
using Akka.Actor;
using Akka.IO;
using AkkaUdp = Akka.IO.Udp;
using AkkaUdpConnected = Akka.IO.UdpConnected;

namespace Aleph.Actors.Udp;

/// <summary>What a socket actor is made of. Immutable.</summary>
/// <param name="Settings">How the socket is bound, limited and tuned.</param>
internal sealed record UdpSocketSpec(UdpSettings Settings)
{
    /// <summary>Akka.IO's options, from a command.</summary>
    public IReadOnlyList<Inet.SocketOption> Options { get; init; } = [];

    /// <summary>Who gets the datagrams, and whose end closes the socket; null for the others or for nobody.</summary>
    public IActorRef? Handler { get; init; }

    /// <summary>The Props of a handler that is a child of the socket; null for the others or for nobody.</summary>
    public Props? HandlerProps { get; init; }

    /// <summary>Answers each datagram on the socket's turn; null for the others or for nobody.</summary>
    public Func<Datagram, Datagram?>? Function { get; init; }

    /// <summary>Where datagrams go for code outside actors; null for a socket with a handler.</summary>
    public LiveSocket? Live { get; init; }

    /// <summary>The Akka.IO command that the socket answers, from <see cref="Commander"/>; null for none.</summary>
    public object? Command { get; init; }

    public IActorRef Commander { get; init; } = ActorRefs.Nobody;

    public NameResolver Resolver { get; init; } = NameResolvers.System;

    /// <summary>Makes the socket.</summary>
    public Func<UdpSettings, IPEndPoint?, IReadOnlyList<Inet.SocketOption>, DatagramSocket> Open { get; init; } =
        DatagramSocket.Open;

    /// <summary>Where it was to be bound, or whom to be connected to, for messages of failure.</summary>
    public EndPoint EndPoint => Settings.RemoteEndPoint ?? Settings.EndPoint ?? new IPEndPoint(IPAddress.Any, 0);

    /// <summary>Whether the datagrams are for an actor.</summary>
    public bool HasHandler => Handler is not null || HandlerProps is not null;

    /// <summary>The answer to <see cref="Command"/> when it has been done.</summary>
    public object Opened(UdpSocketProtocol.Bound bound) => Command switch
    {
        AkkaUdp.SimpleSender => AkkaUdp.SimpleSenderReady.Instance,
        _ when bound.RemoteEndPoint is not null => AkkaUdpConnected.Connected.Instance,
        _ => new AkkaUdp.Bound(bound.LocalEndPoint),
    };

    /// <summary>The answer to <see cref="Command"/>, or to the handler, when it could not be done.</summary>
    public object Failed(UdpSocketProtocol.BindFailed failure) => Command switch
    {
        AkkaUdp.Command command => command.FailureMessage,
        AkkaUdpConnected.Command command => command.FailureMessage,
        _ => failure,
    };
}
