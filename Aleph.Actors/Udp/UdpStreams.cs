using System.Net;
using Akka;
using Akka.Actor;
using Akka.IO;
using Akka.Streams.Dsl;
using Aleph.Actors.Udp;

namespace Aleph.Actors;

/// <summary>
/// UDP sockets as streams. Each materialisation binds a socket of its own and closes it when the stream has ended.
/// Received datagrams that the stream does not ask for wait in a bounded queue (<see
/// cref="UdpSettings.ReceiveQueueCapacity"/>); those beyond are dropped, since UDP cannot hold a sender back, and
/// counted in <see cref="UdpBinding.Statistics"/>. Datagrams to send are asked for as fast as the kernel takes them.
/// A datagram that cannot be sent fails the stream, unless its supervision strategy resumes: then it is only counted.
/// </summary>
public static class UdpStreams
{
    /// <summary>
    /// A socket: datagrams to be sent go in, those received come out. The socket is closed when the output is cancelled
    /// and the input has ended, when the input fails, or by disposing the binding, which completes the output when what
    /// was received has been taken. A datagram taken from the input that was not sent by then fails the stream.
    /// </summary>
    /// <param name="system">The actor system.</param>
    /// <param name="settings">How to bind; null for the section <c>aleph.udp</c> of the configuration.</param>
    /// <returns>A flow whose value fails with a <see cref="BindException"/> when the socket cannot be
    /// bound.</returns>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    public static Flow<Datagram, Datagram, Task<UdpBinding>> Bind(ActorSystem system, UdpSettings? settings = null) =>
        Flow.FromGraph(Stage(system, settings, endsWithInput: false));

    /// <summary>What a socket receives. It is closed when the source is cancelled.</summary>
    /// <inheritdoc cref="Bind"/>
    public static Source<Datagram, Task<UdpBinding>> Receive(ActorSystem system, UdpSettings? settings = null) =>
        Source.Empty<Datagram>().ViaMaterialized(Stage(system, settings, endsWithInput: false), Keep.Right);

    /// <summary>Sends datagrams from a socket that receives none, and closes it when all have been sent.</summary>
    /// <param name="system">The actor system.</param>
    /// <param name="settings">How; null for the section <c>aleph.udp</c> of the configuration, but without a port of
    /// its own (<see cref="UdpSettings.EndPoint"/> is null).</param>
    /// <returns>A sink whose value completes when the kernel has taken the last datagram, and fails with the
    /// stream.</returns>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    public static Sink<Datagram, Task<Done>> Send(ActorSystem system, UdpSettings? settings = null)
    {
        settings ??= UdpExtension.Get(system).Settings with { EndPoint = null };
        return Flow.FromGraph(Stage(system, settings, endsWithInput: true))
            .ToMaterialized(Sink.Ignore<Datagram>(), Keep.Right);
    }

    /// <summary>
    /// A connected socket: each element is a datagram to the peer, or from it. Ends as that of <see cref="Bind"/>.
    /// </summary>
    /// <param name="system">The actor system.</param>
    /// <param name="remoteEndPoint">The peer: an <see cref="IPEndPoint"/>, or a <see cref="DnsEndPoint"/> to be looked
    /// up once.</param>
    /// <param name="settings">How; null for the section <c>aleph.udp</c> of the configuration, on a port of the
    /// system's choice.</param>
    /// <returns>A flow whose value fails with a <see cref="BindException"/> when there is no such host, or no way to
    /// it.</returns>
    /// <exception cref="ArgumentException">The settings are not valid; every fault is named.</exception>
    public static Flow<ByteString, ByteString, Task<UdpBinding>> Connect(
        ActorSystem system, EndPoint remoteEndPoint, UdpSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(remoteEndPoint);
        settings ??= UdpExtension.Get(system).Settings with { EndPoint = null };
        settings = settings with { RemoteEndPoint = remoteEndPoint };
        return Flow.Create<ByteString>()
            .Select(payload => new Datagram(remoteEndPoint, payload))
            .ViaMaterialized(Stage(system, settings, endsWithInput: false), Keep.Right)
            .Select(static datagram => datagram.ToByteString());
    }

    private static UdpStage Stage(ActorSystem system, UdpSettings? settings, bool endsWithInput)
    {
        settings ??= UdpExtension.Get(system).Settings;
        SettingsFaults.ThrowIfAny(settings.Validate());
        return new UdpStage(system, settings, endsWithInput);
    }
}
