using System.Net;
using Aleph.Actors.Http.WebSockets;

namespace Aleph.Actors.Http;

/// <summary>
/// A request, immutable but for its body, which can be read once. Safe to hand to other threads and actors; valid as
/// long as somebody holds it, though its body ends with the exchange.
/// </summary>
public sealed class HttpRequest : Akka.Actor.INoSerializationVerificationNeeded
{
    private readonly IRequestContext? _context;
    private readonly string? _path;

    /// <summary>Makes a request that no connection has received, for tests and for handlers called by hand.</summary>
    /// <param name="method">A token, case-sensitive.</param>
    /// <param name="target">The request target: a path from the slash, with an optional query.</param>
    /// <param name="headers">Default none.</param>
    /// <param name="body">Default empty.</param>
    /// <exception cref="ArgumentException"><paramref name="method"/> is not a token.</exception>
    public HttpRequest(string method, string target, HttpHeaders? headers = null, HttpBody? body = null)
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(target);
        if (!FieldSyntax.IsToken(method))
            throw new ArgumentException($"The method \"{method}\" is not a token (RFC 9110 9.1).", nameof(method));
        Method = method;
        Target = target;
        Headers = headers ?? HttpHeaders.Empty;
        Body = body ?? HttpBody.Empty;
        Version = HttpVersion.Version11;
        Host = Headers["Host"] ?? "";
        var query = target.IndexOf('?', StringComparison.Ordinal);
        _path = Uri.UnescapeDataString(query < 0 ? target : target[..query]);
        Query = query < 0 ? null : target[(query + 1)..];
    }

    internal HttpRequest(
        string method, string target, string path, string? query, string host, Version version, HttpHeaders headers,
        HttpBody body, IRequestContext context)
    {
        Method = method;
        Target = target;
        _path = path;
        Query = query;
        Host = host;
        Version = version;
        Headers = headers;
        Body = body;
        _context = context;
    }

    /// <summary>The method as sent, case-sensitive; see <see cref="HttpMethods"/>.</summary>
    public string Method { get; }

    /// <summary>The request target exactly as sent (RFC 9112 3.2).</summary>
    public string Target { get; }

    /// <summary>
    /// The path, percent-decoded but for <c>%2F</c>, without dot segments; never null; empty for <c>OPTIONS *</c> and
    /// CONNECT.
    /// </summary>
    public string Path => _path ?? "";

    /// <summary>What follows the first question mark of the target, as sent; null where there is none.</summary>
    public string? Query { get; }

    /// <summary>
    /// Host and port that the client addressed: the target's where it has one, else the Host field's; may be empty.
    /// </summary>
    public string Host { get; }

    /// <summary>The version as sent: 1.0 or 1.1.</summary>
    public Version Version { get; }

    /// <summary><c>http</c>, or <c>https</c> over TLS.</summary>
    public string Scheme => _context?.Scheme ?? "http";

    /// <summary>The field lines.</summary>
    public HttpHeaders Headers { get; }

    /// <summary>The content. Can be used once; left alone it is discarded after the answer.</summary>
    public HttpBody Body { get; }

    /// <summary>
    /// Whether it asks for a WebSocket (RFC 6455 4.1): GET, HTTP/1.1 or later, <c>Connection: Upgrade</c> and
    /// <c>Upgrade: websocket</c>, each possibly among others, in any case.
    /// </summary>
    public bool IsWebSocketUpgrade => ServerHandshake.IsUpgrade(this);

    /// <summary>This side's address, or null.</summary>
    public EndPoint? LocalEndPoint => _context?.LocalEndPoint;

    /// <summary>The client's address, or null.</summary>
    public EndPoint? RemoteEndPoint => _context?.RemoteEndPoint;

    /// <summary>What the TLS handshake agreed on, or null without TLS.</summary>
    public TlsSession? TlsSession => _context?.TlsSession;

    /// <summary>The connection's id, unique within its server; 0 without a connection.</summary>
    public long ConnectionId => _context?.ConnectionId ?? 0;

    /// <summary>When the request's head was complete.</summary>
    public DateTimeOffset ArrivedAt => _context?.ArrivedAt ?? default;

    /// <summary>
    /// Fires when the client has left before it was answered: the connection was reset, broke, or ended inside this
    /// request; also when the server aborts the exchange. Never fires once the answer was handed over. Callbacks run on
    /// the thread pool.
    /// </summary>
    public CancellationToken Aborted => _context?.Aborted ?? CancellationToken.None;

    /// <summary>The settings of WebSockets where it was received.</summary>
    internal WebSocketSettings WebSocketSettings => _context?.WebSocketSettings ?? WebSocketSettings.Default;

    /// <summary>Changes, for this request, how long a body may be.</summary>
    /// <param name="bytes">At least 0; null for no limit.</param>
    /// <exception cref="InvalidOperationException">Reading the body has begun.</exception>
    public void SetMaxBodySize(long? bytes)
    {
        if (bytes < 0)
            throw new ArgumentOutOfRangeException(nameof(bytes), bytes,
                $"The body limit is {bytes}; it must be at least 0, or null.");
        if (_context?.TrySetMaxBodySize(bytes) == false)
            throw new InvalidOperationException("The body limit cannot be changed: reading the body has begun.");
    }

    /// <summary>Method and target, for logs.</summary>
    public override string ToString() => $"{Method} {Target}";
}
