using System.Text;
using Akka.Actor;
using Akka.Streams;
using Aleph.Actors.Http.Client.Pool;
using Aleph.Actors.Http.Client.Proxy;
using Aleph.Actors.Http.Exchanges;
using Aleph.Actors.Http.Http1;

namespace Aleph.Actors.Http.Client;

/// <summary>What all connections of one pool share: settings as they use them, lines that never change.</summary>
internal sealed class ClientContext
{
    private readonly ActorSystem _system;
    private Middleware.DigestChallenge? _proxyChallenge;

    public ClientContext(ActorSystem system, HttpOrigin origin, HttpPoolSettings settings, HttpProxy? proxy = null)
    {
        (_system, Origin, Settings) = (system, origin, settings);
        Proxy = proxy is { Kind: HttpProxyKind.None } ? null : proxy;
        OriginTls = origin.IsSecure ? settings.Tcp.Tls ?? TlsClientSettings.Default : null;
        Time = settings.Tcp.Time;
        Tags = HttpMeters.TagsOf(origin);
        HostLine = Encoding.ASCII.GetBytes($"Host: {origin.Authority}\r\n");
        AgentLine = settings.UserAgent.Length == 0
            ? []
            : Encoding.Latin1.GetBytes($"User-Agent: {settings.UserAgent}\r\n");
        Forwards = Proxy?.Forwards(origin) == true;
        ProxyFields = Forwards ? ProxyLogin.FieldsOf(Proxy!) : HttpHeaders.Empty;
        TargetPrefix = Forwards ? origin.ToString() : "";
        Limits = new Http1Limits
        {
            MaxRequestLine = settings.MaxStatusLine,
            MaxHeaderBytes = settings.MaxHeaderBytes,
            MaxHeaderCount = settings.MaxHeaderCount,
            MaxInterim = settings.MaxInterim,
            MaxChunkExtension = settings.MaxChunkExtension,
        };
        IdleTimeout = Ticks(settings.IdleTimeout);
        ExpectContinueTimeout = Ticks(settings.ExpectContinueTimeout);
        UnreadTimeout = Ticks(settings.UnreadTimeout);
        DrainTimeout = Ticks(settings.DrainTimeout);
        Tcp = settings.Tcp with
        {
            Tls = Proxy is null ? OriginTls : Proxy.Kind == HttpProxyKind.Https ? Proxy.Tls : null,
            Resolver = null,
        };
        Addresses = new AddressRotation(Time);
    }

    public HttpOrigin Origin { get; }

    public HttpPoolSettings Settings { get; }

    /// <summary>What connections lead through; null for nothing.</summary>
    public HttpProxy? Proxy { get; }

    /// <summary>Whether the proxy gets the requests themselves, instead of opening a way to the origin.</summary>
    public bool Forwards { get; }

    /// <summary>What every request to such a proxy carries.</summary>
    public HttpHeaders ProxyFields { get; }

    /// <summary>The last challenge of the proxy to Digest, which answers the next, too. Any thread.</summary>
    public Middleware.DigestChallenge? ProxyChallenge
    {
        get => Volatile.Read(ref _proxyChallenge);
        set => Volatile.Write(ref _proxyChallenge, value);
    }

    /// <summary>What comes before the path then (RFC 9112 3.2.2); else empty.</summary>
    public string TargetPrefix { get; }

    /// <summary>TLS with the origin; null for http.</summary>
    public TlsClientSettings? OriginTls { get; }

    /// <summary>How connections are made: with TLS where the first hop wants it.</summary>
    public TcpClientSettings Tcp { get; }

    public TimeProvider Time { get; }

    /// <summary>What all measurements of this origin carry.</summary>
    public System.Diagnostics.TagList Tags { get; }

    /// <summary>In which order the addresses of the origin are tried.</summary>
    public AddressRotation Addresses { get; }

    /// <summary>The connections that all pools of a client may have; null for no such limit.</summary>
    public ConnectionBudget? Budget { get; init; }

    /// <summary>Who looks up the origin's name.</summary>
    public IDnsResolver Resolver => Settings.Tcp.Resolver ?? AlephExtension.Get(_system).Dns;

    public byte[] HostLine { get; }

    public byte[] AgentLine { get; }

    public Http1Limits Limits { get; }

    public long IdleTimeout { get; }

    public long ExpectContinueTimeout { get; }

    public long UnreadTimeout { get; }

    public long DrainTimeout { get; }

    /// <summary>The bytes that lie between sockets and users.</summary>
    public BufferedBytes Buffered { get; } = new();

    public IMaterializer Materializer => HttpActorSystemExtensions.Http(_system).Materializer;

    /// <summary>The one connection of the user's own that this is for; null for a pool.</summary>
    public SingleConnection? Single { get; init; }

    /// <summary>Whether there is one connection, and none after it.</summary>
    public bool IsSingle => Single is not null;

    /// <summary>When a connection that opens now gives way to another: each gets a tenth more or less.</summary>
    public long LifetimeEnd(long now)
    {
        if (Settings.Lifetime is not { } lifetime)
            return long.MaxValue;
        var jitter = 0.9 + (Random.Shared.NextDouble() / 5);
        return Add(now, Ticks(lifetime * jitter));
    }

    /// <summary>A time in ticks of the clock; a null or infinite one is a limit that never comes.</summary>
    public long Ticks(TimeSpan? time) => time is { } span && span != Timeout.InfiniteTimeSpan
        ? (long)(span.TotalSeconds * Time.TimestampFrequency)
        : long.MaxValue;

    /// <summary>The sum of two, which may be <see cref="long.MaxValue"/>.</summary>
    public static long Add(long timestamp, long ticks) => ticks == long.MaxValue ? long.MaxValue : timestamp + ticks;
}
