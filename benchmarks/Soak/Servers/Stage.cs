using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors;
using Aleph.Actors.Http;
using LengthPrefixed;

namespace Soak.Servers;

/// <summary>All servers, in an actor system of their own.</summary>
internal sealed class Stage : IAsyncDisposable
{
    /// <summary>How long the servers wait for what hostile clients do not send or take.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(6);

    /// <summary>How long they wait for good ones, which a busy machine may hold up.</summary>
    private static readonly TimeSpan Lenience = TimeSpan.FromSeconds(20);

    private static readonly IPEndPoint AnyPort = new(IPAddress.Loopback, 0);

    private readonly ActorSystem _system;
    private readonly IMaterializer _materializer;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("soak-");
    private readonly HttpServerHandler _routes;
    private readonly TlsServerSettings _tls;
    private readonly ProxyServer _proxy;
    private readonly DiscoveryServer _discovery;
    private UdpBinding _udp = null!;

    public Stage(ActorSystem system)
    {
        (_system, _materializer) = (system, system.Materializer());
        (_proxy, _discovery) = (new ProxyServer(system), new DiscoveryServer(system));
        _routes = HttpServerHandler.Of(Routes.All(new RoomServer(system), _folder.CreateSubdirectory("files")));
        _tls = new TlsServerSettings { Certificate = TlsCertificate.From(Certificate), HandshakeTimeout = Lenience };
        var unix = new UnixDomainSocketEndPoint(Path.Combine(_folder.FullName, "echo"));
        Http = new SoakServer("http", AnyPort, ServeHttp(null, Lenience));
        Https = new SoakServer("https", AnyPort, ServeHttp(_tls, Lenience));
        StrictHttp = new SoakServer("strict-http", AnyPort, ServeHttp(null, Limit));
        StrictHttps = new SoakServer(
            "strict-https", AnyPort, ServeHttp(_tls with { HandshakeTimeout = Limit }, Limit));
        TcpEcho = new SoakServer("tcp-echo", AnyPort, ServeEcho(null));
        TlsEcho = new SoakServer("tls-echo", AnyPort, ServeEcho(_tls));
        UnixEcho = new SoakServer("unix-echo", unix, ServeEcho(null));
        Chat = new SoakServer("chat", AnyPort, new ChatServer(system, _materializer).BindAsync);
        Frames = new SoakServer("frames", AnyPort, ServeFrames);
        AkkaIoEcho = new SoakServer("akka-io-echo", AnyPort, ServeEcho(null, TcpTransport.AkkaIo));
        AkkaIoHttp = new SoakServer("akka-io-http", AnyPort, ServeHttp(null, Lenience, TcpTransport.AkkaIo));
        Proxy = new SoakServer("proxy", AnyPort, ServeHttp(null, Lenience, handler: _proxy.HandleAsync));
        Origin = new SoakServer("origin", AnyPort, ServeHttp(null, Lenience));
        SecureOrigin = new SoakServer("secure-origin", AnyPort, ServeHttp(_tls, Lenience));
        All =
        [
            Http, Https, StrictHttp, StrictHttps, TcpEcho, TlsEcho, UnixEcho, Chat, Frames, AkkaIoEcho, AkkaIoHttp,
            Proxy,
        ];
    }

    public X509Certificate2 Certificate { get; } = DevelopmentCertificate.Create();

    public SoakServer Http { get; }

    public SoakServer Https { get; }

    /// <summary>The same with short limits of time, which hostile peers meet and good ones need not.</summary>
    public SoakServer StrictHttp { get; }

    /// <summary>The same with TLS.</summary>
    public SoakServer StrictHttps { get; }

    public SoakServer TcpEcho { get; }

    public SoakServer TlsEcho { get; }

    public SoakServer UnixEcho { get; }

    public SoakServer Chat { get; }

    public SoakServer Frames { get; }

    /// <summary>As <see cref="TcpEcho"/>, over connections of Akka.IO.</summary>
    public SoakServer AkkaIoEcho { get; }

    /// <summary>As <see cref="Http"/>, over connections of Akka.IO.</summary>
    public SoakServer AkkaIoHttp { get; }

    public SoakServer Proxy { get; }

    /// <summary>Behind the proxy; never restarted, so that what the proxy's users meet is the proxy's fault.</summary>
    public SoakServer Origin { get; }

    /// <summary>The same with TLS.</summary>
    public SoakServer SecureOrigin { get; }

    public IPEndPoint Group => _discovery.Group;

    public IPEndPoint Udp => _udp.LocalEndPoint;

    /// <summary>Those that can be restarted.</summary>
    public IReadOnlyList<SoakServer> All { get; }

    public async Task StartAsync()
    {
        await Task.WhenAll(All.Append(Origin).Append(SecureOrigin).Select(server => server.StartAsync()));
        await _discovery.StartAsync();
        _udp = await _system.AlephUdp().ServeAsync(datagram => datagram, name: "udp");
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(All.Select(server => server.StopAsync()));
        await _proxy.DisposeAsync();
        await Task.WhenAll(Origin.StopAsync(), SecureOrigin.StopAsync());
        await _discovery.DisposeAsync();
        await _udp.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private Func<EndPoint, string, Task<ServerBinding>> ServeHttp(
        TlsServerSettings? tls,
        TimeSpan limit,
        TcpTransport transport = TcpTransport.Sockets,
        HttpHandler? handler = null)
    {
        var settings = _system.Http().Settings with
        {
            RequestHeadersTimeout = limit,
            DataRateGracePeriod = limit,
            ResponseStallTimeout = limit,
        };
        return (at, name) => _system.Http().ServeAsync(
            handler is null ? _routes : HttpServerHandler.Of(handler),
            settings with { Tcp = settings.Tcp with { EndPoint = at, Tls = tls, Transport = transport } },
            name);
    }

    private Func<EndPoint, string, Task<ServerBinding>> ServeEcho(
        TlsServerSettings? tls, TcpTransport transport = TcpTransport.Sockets) => (at, name) =>
        _system.AlephTcp().ServeAsync(
            connection => connection.Input.CopyToAsync(connection.Output),
            _system.AlephTcp().Settings with { EndPoint = at, Tls = tls, Transport = transport },
            name);

    private Task<ServerBinding> ServeFrames(EndPoint at, string name)
    {
        var answers = Flow.Create<string>().Select(Protocol.Answer);
        return TcpStreams.Bind(_system, _system.AlephTcp().Settings with { EndPoint = at }, name)
            .To(Sink.ForEach<IncomingTcpConnection>(
                connection => connection.HandleWith(Protocol.Frames.Reversed().Join(answers), _materializer)))
            .Run(_materializer);
    }
}
