using System.Text;
using Akka.Actor;
using Akka.Dispatch;
using Akka.Streams;
using Aleph.Actors.Http.Exchanges;
using Aleph.Actors.Http.Http1;

namespace Aleph.Actors.Http.Server;

/// <summary>What all HTTP/1 connections of one server share. Made once by the server; any thread.</summary>
internal sealed record Http1ServerContext
{
    /// <summary>How long a handler may hold up a loop of inline completions without a warning.</summary>
    public static readonly TimeSpan LongestStall = TimeSpan.FromMilliseconds(100);

    private readonly ActorSystem _system;

    public Http1ServerContext(ActorSystem system, HttpServerHandler handler, HttpServerSettings settings)
    {
        Settings = settings;
        Handler = handler;
        Time = settings.Tcp.Time;
        Date = new DateLine(Time);
        Limits = new Http1Limits
        {
            MaxRequestLine = settings.MaxRequestLine,
            MaxHeaderBytes = settings.MaxHeaderBytes,
            MaxHeaderCount = settings.MaxHeaderCount,
            MaxLeadingCrlf = settings.MaxLeadingEmptyLines,
            MaxChunkExtension = settings.MaxChunkExtension,
        };
        ServerLine = settings.ServerHeader.Length == 0 ? []
            : Encoding.Latin1.GetBytes($"Server: {settings.ServerHeader}\r\n");
        if (settings.HandlerDispatcher.Length > 0)
            HandlerDispatcher = system.Dispatchers.Lookup(settings.HandlerDispatcher);
        HeadersTimeout = Ticks(settings.RequestHeadersTimeout);
        KeepAliveTimeout = Ticks(settings.KeepAliveTimeout);
        HandlerTimeout = Ticks(settings.HandlerTimeout);
        StallTimeout = Ticks(settings.ResponseStallTimeout);
        DrainRequestTimeout = Ticks(settings.DrainRequestTimeout);
        DrainFirstRequestTimeout = Ticks(settings.DrainFirstRequestTimeout);
        DataRateGrace = Ticks(settings.DataRateGracePeriod);
        _system = system;
    }

    public HttpServerSettings Settings { get; }

    public HttpServerHandler Handler { get; private init; }

    public Http1Limits Limits { get; }

    public TimeProvider Time { get; }

    public DateLine Date { get; }

    public byte[] ServerLine { get; }

    public MessageDispatcher? HandlerDispatcher { get; }

    public int MaxConcurrent => Math.Min(Settings.PipeliningLimit, Handler.MaxConcurrent);

    /// <summary>Whether a handler that blocks would hold up other connections, too.</summary>
    public bool WatchesStalls => Settings.Tcp.Connection.InlineCompletions;

    public bool HandlersRunOnTurn =>
        Handler.IsHandOver || (HandlerDispatcher is null && Settings.HandlerTimeout is null);

    public long HeadersTimeout { get; }

    public long KeepAliveTimeout { get; }

    public long HandlerTimeout { get; }

    public long StallTimeout { get; }

    public long DrainRequestTimeout { get; }

    public long DrainFirstRequestTimeout { get; }

    public long DataRateGrace { get; }

    public IMaterializer Materializer => _system.Http().Materializer;

    public HttpServerCounters Counters { get; private init; } = new();

    public BufferedBytes Buffered { get; private init; } = new();

    /// <summary>
    /// The same server for a connection that has a handler of its own; the counters stay the server's.
    /// </summary>
    public Http1ServerContext With(HttpServerHandler handler) => this with { Handler = handler };

    /// <summary>The same server for connections with other limits.</summary>
    public Http1ServerContext With(HttpServerSettings settings) => new(_system, Handler, settings)
    {
        Counters = Counters,
        Buffered = Buffered,
    };

    /// <summary>A span of the clock; null is longer than any.</summary>
    private long Ticks(TimeSpan? span) =>
        span is { } known ? (long)(known.TotalSeconds * Time.TimestampFrequency) : long.MaxValue / 4;
}
