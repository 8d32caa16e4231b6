using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Streams;
using Aleph.Actors;
using Aleph.Actors.Http;
using Soak.Servers;

namespace Soak.Traffic;

/// <summary>Every kind of good traffic, and the clients that it shares.</summary>
internal sealed class AllTraffic : IAsyncDisposable
{
    private readonly AlephHttpClient _http;

    public AllTraffic(ActorSystem clients, Stage stage, Regex only)
    {
        var trust = new TlsClientSettings { Trust = TlsTrust.From(stage.Certificate) };
        _http = clients.Http().CreateClient(Pool(trust));
        IEnumerable<ITraffic> all =
            [.. Http(stage), .. WebSockets(stage), .. Bytes(clients, stage, trust), .. Others(clients, stage)];
        Kinds = [.. all.Where(kind => only.IsMatch(kind.Name))];
    }

    public IReadOnlyList<ITraffic> Kinds { get; }

    public async ValueTask DisposeAsync()
    {
        foreach (var kind in Kinds.OfType<IDisposable>())
            kind.Dispose();
        await _http.CloseAsync(User.Patience);
    }

    private IEnumerable<ITraffic> Http(Stage stage) =>
    [
        new HttpGetTraffic(_http, stage.Http, "http", "bytes"),
        new HttpGetTraffic(_http, stage.Http, "http", "chunked"),
        new HttpGetTraffic(_http, stage.Https, "https", "bytes"),
        new HttpGetTraffic(_http, stage.Https, "https", "chunked"),
        new HttpGetTraffic(_http, stage.AkkaIoHttp, "http", "bytes", ", Akka.IO"),
        new HttpGetTraffic(_http, stage.AkkaIoHttp, "http", "chunked", ", Akka.IO"),
        new UploadTraffic(_http, stage.Http, "http", isChunked: false),
        new UploadTraffic(_http, stage.Http, "http", isChunked: true),
        new UploadTraffic(_http, stage.Https, "https", isChunked: false),
        new UploadTraffic(_http, stage.Https, "https", isChunked: true),
        new FormTraffic(_http, stage.Http, "http"),
        new FormTraffic(_http, stage.Https, "https"),
        new FileTraffic(_http, stage.Http, "http"),
        new FileTraffic(_http, stage.Https, "https"),
        new PackedTraffic(_http, stage.Http, "http", "br"),
        new PackedTraffic(_http, stage.Https, "https", "gzip"),
        new SlowTraffic(_http, stage.Http),
        new EventsTraffic(_http, stage.Http),
        new ProxyTraffic(_http, stage.Proxy, stage.Origin, "http", isTunnel: false),
        new ProxyTraffic(_http, stage.Proxy, stage.Origin, "http", isTunnel: true),
        new ProxyTraffic(_http, stage.Proxy, stage.SecureOrigin, "https", isTunnel: true),
        new ForeignHttpTraffic(stage.Http),
    ];

    private IEnumerable<ITraffic> WebSockets(Stage stage) =>
    [
        new WebSocketTraffic(_http, stage.Http, "ws", isCompressed: false),
        new WebSocketTraffic(_http, stage.Http, "ws", isCompressed: true),
        new WebSocketTraffic(_http, stage.Https, "wss", isCompressed: true),
        new RoomTraffic(_http, stage.Http, "ws"),
        new RoomTraffic(_http, stage.Https, "wss"),
        new ForeignWebSocketTraffic(stage.Http),
    ];

    private static IEnumerable<ITraffic> Bytes(ActorSystem clients, Stage stage, TlsClientSettings tls) =>
    [
        new EchoTraffic("TCP echo, plain sockets", stage.TcpEcho, Connecting.Plain(stage.TcpEcho)),
        new EchoTraffic("TCP echo, our client", stage.TcpEcho, Connecting.Ours(clients, stage.TcpEcho)),
        new EchoTraffic("TLS echo, SslStream", stage.TlsEcho, Connecting.PlainTls(stage.TlsEcho, stage.Certificate)),
        new EchoTraffic("TLS echo, our client", stage.TlsEcho, Connecting.Ours(clients, stage.TlsEcho, tls)),
        new EchoTraffic("Unix echo, plain sockets", stage.UnixEcho, Connecting.Plain(stage.UnixEcho)),
        new EchoTraffic("Unix echo, our client", stage.UnixEcho, Connecting.Ours(clients, stage.UnixEcho)),
        new EchoTraffic("Akka.IO echo, plain sockets", stage.AkkaIoEcho, Connecting.Plain(stage.AkkaIoEcho)),
        new EchoTraffic("Akka.IO echo, our client", stage.AkkaIoEcho, Connecting.Ours(clients, stage.AkkaIoEcho)),
    ];

    private static IEnumerable<ITraffic> Others(ActorSystem clients, Stage stage) =>
    [
        new ChatTraffic(stage.Chat, Connecting.Plain(stage.Chat)),
        new FramesTraffic(stage.Frames, "length-prefixed, our client", Connecting.Ours(clients, stage.Frames)),
        new FrameGraphTraffic(clients, clients.Materializer(), stage.Frames),
        new UdpTraffic(stage.Udp),
        new UdpBindingTraffic(clients, stage.Udp),
        new DiscoveryTraffic(clients, stage.Group),
    ];

    // An origin that was restarted is asked again before its fault is forgotten.
    private static HttpPoolSettings Pool(TlsClientSettings tls) => HttpPoolSettings.Default with
    {
        MaxConnections = 16,
        MaxBackoff = TimeSpan.FromMilliseconds(500),
        Tcp = TcpClientSettings.Default with { Tls = tls },
    };
}
