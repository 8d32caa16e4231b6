using System.Net;
using Akka.Configuration;
using Aleph.Actors.Http.Server;

namespace Aleph.Actors.Http;

/// <summary>
/// The settings of an HTTP server. The defaults stand here; <c>hocon/aleph.http.conf</c> says the same. Change with
/// <c>with</c>.
/// </summary>
public sealed record HttpServerSettings
{
    /// <summary>The defaults.</summary>
    public static HttpServerSettings Default { get; } = new();

    /// <summary>Addresses, sockets, connection limit, drain: everything below HTTP.</summary>
    public TcpSettings Tcp { get; init; } = TcpSettings.Default;

    /// <summary>
    /// The longest request line in bytes, without its CRLF; longer gives 414. 1 to 1,048,576. Default 8 KiB.
    /// </summary>
    public int MaxRequestLine { get; init; } = 8 * 1024;

    /// <summary>The most bytes of all header lines; more give 431. 1 to 1,048,576. Default 32 KiB.</summary>
    public int MaxHeaderBytes { get; init; } = 32 * 1024;

    /// <summary>The most header lines; more give 431. 1 to 10,000. Default 100.</summary>
    public int MaxHeaderCount { get; init; } = 100;

    /// <summary>
    /// The longest request body in bytes; longer gives 413. At least 0; null for no limit. Default 30,000,000. A
    /// handler changes it for its request by <see cref="HttpRequest.SetMaxBodySize"/>.
    /// </summary>
    public long? MaxBodySize { get; init; } = 30_000_000;

    /// <summary>The most empty lines before a request (RFC 9112 2.2); more give 400. 0 to 1,000. Default 8.</summary>
    public int MaxLeadingEmptyLines { get; init; } = 8;

    /// <summary>
    /// The most bytes of chunk extensions in one chunk line; more give 400. 0 to 65,536. Default 256.
    /// </summary>
    public int MaxChunkExtension { get; init; } = 256;

    /// <summary>
    /// How long a new connection may be silent, and how long a request's head may take; then 408, or, if not a byte of
    /// it came, a silent close. Above 0; null for no limit. Default 30 s.
    /// </summary>
    public TimeSpan? RequestHeadersTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a connection may idle between two requests. Above 0; null for no limit. Default 130 s.
    /// </summary>
    public TimeSpan? KeepAliveTimeout { get; init; } = TimeSpan.FromSeconds(130);

    /// <summary>
    /// The slowest request body in bytes a second, over the time in which the server was willing to read; slower gives
    /// 408. Above 0; null for no limit. Default 240.
    /// </summary>
    public double? MinRequestBodyDataRate { get; init; } = 240;

    /// <summary>
    /// The slowest response in bytes a second, over the time in which there were bytes to send; slower resets the
    /// connection. Above 0; null for no limit. Default 240.
    /// </summary>
    public double? MinResponseDataRate { get; init; } = 240;

    /// <summary>The time before the two data rates are looked at. At least 0. Default 5 s.</summary>
    public TimeSpan DataRateGracePeriod { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a peer may take not one byte of what there is to send. Above 0; null for no limit. Default 30 s.
    /// Below 3 s, a pause of the kernel (a window update that went amiss) may be taken for the peer's.
    /// </summary>
    public TimeSpan? ResponseStallTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long, after an answer, the rest of its request is read and thrown away, so that the client can read the
    /// answer and the connection serve on. Above 0. Default 5 s.
    /// </summary>
    public TimeSpan DrainRequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a server that drains awaits the first request of a connection that has sent none yet: it may be on its
    /// way. Connections that were served before and are idle close at once. 0 to 1 day; 0 closes those too.
    /// Default 1 s.
    /// </summary>
    public TimeSpan DrainFirstRequestTimeout { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a handler may take to answer; then 503. Above 0; null for no limit, the default. With a limit handlers
    /// never run on the connection's turn.
    /// </summary>
    public TimeSpan? HandlerTimeout { get; init; }

    /// <summary>
    /// The dispatcher on which handlers run; empty for where the architecture puts them. Default empty.
    /// </summary>
    public string HandlerDispatcher { get; init; } = "";

    /// <summary>
    /// How many pipelined requests of safe methods may be handled at once on one connection. 1 to 1,024. Default 16.
    /// Actors and flows get one at a time unless their handler says otherwise.
    /// </summary>
    public int PipeliningLimit { get; init; } = 16;

    /// <summary>
    /// How long a connection of <see cref="HttpStreams.Bind(Akka.Actor.ActorSystem, HttpServerSettings?, string?)"/>
    /// may wait for its handler; then it is closed. Above 0, up to 1 day. Default 5 s.
    /// </summary>
    public TimeSpan UnhandledConnectionTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// The value of the Server field, where the handler sets none; empty for no field. Default <c>Aleph.Actors</c>.
    /// </summary>
    public string ServerHeader { get; init; } = "Aleph.Actors";

    /// <summary>What holds for WebSockets whose handler has no settings of its own.</summary>
    public WebSocketSettings WebSocket { get; init; } = WebSocketSettings.Default;

    /// <summary>
    /// Makes the answer to a request whose handler failed. Default null: a plain 500. If it throws or answers null:
    /// plain 500. Runs where the handler ran or on the connection's turn; must not block.
    /// </summary>
    public Func<HttpRequest, Exception, HttpResponse>? OnHandlerError { get; init; }

    /// <summary>
    /// Makes the answer to a rejected request: errors of syntax, limits, overload. Default null: the error's status
    /// with its
    /// summary as plain text. If it throws or answers null: plain 500. Runs on the connection's turn; must not block.
    /// </summary>
    public Func<ProtocolError, HttpResponse>? OnRejected { get; init; }

    /// <summary>
    /// Reads the sections <c>aleph.http.server</c>, <c>aleph.http.websocket</c> and <c>aleph.tcp</c>, and the defaults
    /// where they are silent.
    /// </summary>
    /// <param name="config">A whole configuration, such as <c>system.Settings.Config</c>.</param>
    /// <exception cref="ConfigurationException">A value cannot be read.</exception>
    public static HttpServerSettings FromConfig(Config config) =>
        HttpServerSettingsReader.Read(CheckedConfig.Over(config, HttpConfig.Reference, "aleph.http"));

    /// <summary>All that is wrong with these settings, one sentence each; empty when they are good.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new SettingsFaults("aleph.http.server");
        faults.Between("max-request-line", MaxRequestLine, 1, 1 << 20);
        faults.Between("max-header-bytes", MaxHeaderBytes, 1, 1 << 20);
        faults.Between("max-header-count", MaxHeaderCount, 1, 10_000);
        faults.AtLeast("max-body-size", MaxBodySize, 0);
        faults.Between("max-leading-empty-lines", MaxLeadingEmptyLines, 0, 1000);
        faults.Between("max-chunk-extension", MaxChunkExtension, 0, 64 * 1024);
        Positive(faults, "request-headers-timeout", RequestHeadersTimeout);
        Positive(faults, "keep-alive-timeout", KeepAliveTimeout);
        Positive(faults, "min-request-body-data-rate", MinRequestBodyDataRate);
        Positive(faults, "min-response-data-rate", MinResponseDataRate);
        faults.Between("data-rate-grace-period", DataRateGracePeriod, TimeSpan.Zero, TimeSpan.FromDays(1));
        Positive(faults, "response-stall-timeout", ResponseStallTimeout);
        faults.Between("drain-request-timeout", DrainRequestTimeout, TimeSpan.FromMilliseconds(1),
            TimeSpan.FromDays(1));
        faults.Between("drain-first-request-timeout", DrainFirstRequestTimeout, TimeSpan.Zero, TimeSpan.FromDays(1));
        Positive(faults, "handler-timeout", HandlerTimeout);
        faults.Between(
            "unhandled-connection-timeout", UnhandledConnectionTimeout, TimeSpan.FromMilliseconds(1),
                TimeSpan.FromDays(1));
        faults.Between("pipelining-limit", PipeliningLimit, 1, 1024);
        if (!FieldSyntax.IsValue(ServerHeader))
            faults.Add("server-header", "no field value",
                "it must hold visible characters and spaces only, or be empty");
        faults.AddRange(WebSocket.Validate());
        faults.AddRange(Tcp.Validate());
        return faults.All;
    }

    /// <summary>These settings at another port of the same address.</summary>
    internal HttpServerSettings At(int port) => this with { Tcp = Tcp.At(port) };

    private static void Positive(SettingsFaults faults, string key, TimeSpan? value)
    {
        if (value <= TimeSpan.Zero)
            faults.Add(key, value, "it must be above 0s, or infinite");
    }

    private static void Positive(SettingsFaults faults, string key, double? value)
    {
        if (value is { } rate && !(rate > 0 && double.IsFinite(rate)))
            faults.Add(key, value, "it must be above 0, or infinite");
    }
}
