using System.Diagnostics;
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
    private string? _path;
    private string? _host;
    private RequestItem? _items;

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
        _host = Headers["Host"];
        var query = target.IndexOf('?', StringComparison.Ordinal);
        Query = query < 0 ? null : target[(query + 1)..];
    }

    /// <summary>Makes a request to send.</summary>
    /// <param name="method">A token, case-sensitive.</param>
    /// <param name="url">An absolute http or https url; its fragment is not sent.</param>
    /// <param name="headers">Default none.</param>
    /// <param name="body">Default empty.</param>
    /// <exception cref="ArgumentException">The method is not a token, or the url cannot be requested.</exception>
    public HttpRequest(string method, Uri url, HttpHeaders? headers = null, HttpBody? body = null)
        : this(method, HttpUrl.Target(HttpUrl.Checked(url)), headers, body) => Url = url;

    internal HttpRequest(
        string method, string target, string path, string? query, string host, Version version, HttpHeaders headers,
        HttpBody body, IRequestContext context)
    {
        Method = method;
        Target = target;
        _path = path;
        Query = query;
        _host = host;
        Version = version;
        Headers = headers;
        Body = body;
        _context = context;
    }

    private HttpRequest(HttpRequest other, IRequestContext? context, string? path)
    {
        (_context, _path, _host, _items) = (context, path, other._host, other._items);
        (Method, Target, Query) = (other.Method, other.Target, other.Query);
        (Version, Headers, Body) = (other.Version, other.Headers, other.Body);
        (Url, Options) = (other.Url, other.Options);
    }

    /// <summary>The method as sent, case-sensitive; see <see cref="HttpMethods"/>.</summary>
    public string Method { get; private init; }

    /// <summary>The request target exactly as sent (RFC 9112 3.2).</summary>
    public string Target { get; }

    /// <summary>
    /// The path, percent-decoded but for <c>%2F</c>, without dot segments; never null; empty for <c>OPTIONS *</c> and
    /// CONNECT.
    /// </summary>
    public string Path => _path ??= Uri.UnescapeDataString(Query is null ? Target : Target[..^(Query.Length + 1)]);

    /// <summary>What follows the first question mark of the target, as sent; null where there is none.</summary>
    public string? Query { get; }

    /// <summary>
    /// Host and port that the client addressed: the target's where it has one, else the Host field's; may be empty.
    /// </summary>
    public string Host
    {
        get => _host is { Length: > 0 } || Url is null
            ? _host ?? ""
            : _host = HttpUrl.Authority(Url.IdnHost, Url.Port, Url.IsDefaultPort);
        private init => _host = value;
    }

    /// <summary>The version as sent: 1.0 or 1.1.</summary>
    public Version Version { get; private init; }

    /// <summary><c>http</c>, or <c>https</c> over TLS.</summary>
    public string Scheme => _context?.Scheme ?? "http";

    /// <summary>The field lines.</summary>
    public HttpHeaders Headers { get; private init; }

    /// <summary>The content. Can be used once; left alone it is discarded after the answer.</summary>
    public HttpBody Body { get; private init; }

    /// <summary>Where a request is sent; null for a received one.</summary>
    public Uri? Url { get; private init; }

    /// <summary>How the request is sent, where it differs from its client's way.</summary>
    public RequestOptions Options { get; private init; } = RequestOptions.None;

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

    /// <summary>
    /// By what logs name the request: the connection's id and a number, as in <c>17-3</c>, or what <see
    /// cref="RequestIds"/> assigned; empty without a connection.
    /// </summary>
    public string Id => _context?.RequestId ?? "";

    /// <summary>
    /// Where the trace stands that the request belongs to: our activity, or else the client's <c>traceparent</c>; the
    /// default where there is none. An actor that is told the request goes on from it:
    /// <c>source.StartActivity("work", ActivityKind.Internal, request.TraceContext)</c>.
    /// </summary>
    public ActivityContext TraceContext => _context?.TraceContext ?? default;

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

    /// <summary>The counters of WebSockets where it was received, or null.</summary>
    internal WebSocketFaces.WebSocketCounters? WebSocketCounters => _context?.WebSocketCounters;

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

    /// <summary>A GET request to send.</summary>
    /// <exception cref="ArgumentException">The url cannot be requested.</exception>
    public static HttpRequest Get(string url) => To(HttpMethods.Get, url);

    /// <summary>A POST request to send.</summary>
    /// <exception cref="ArgumentException">The url cannot be requested.</exception>
    public static HttpRequest Post(string url, HttpBody body) => To(HttpMethods.Post, url, body);

    /// <summary>
    /// A CONNECT request to send (RFC 9110 9.3.6): where the proxy answers 2xx, the connection leads to
    /// <paramref name="authority"/> and is the caller's, see <see cref="ResponseInfo.Tunnel"/> and
    /// <see cref="RequestOptions.SwitchTo"/>; any other answer is one as ever.
    /// </summary>
    /// <param name="proxy">The url of the proxy: scheme, host, port.</param>
    /// <param name="authority">Host and port to connect to, such as <c>example.com:443</c>.</param>
    /// <exception cref="ArgumentException">The url cannot be requested, or the authority has no port.</exception>
    public static HttpRequest Connect(string proxy, string authority)
    {
        ArgumentNullException.ThrowIfNull(authority);
        var target = HttpUrl.Parse($"http://{authority}/");
        var colon = authority.LastIndexOf(':');
        if (colon < 0 || !int.TryParse(authority.AsSpan(colon + 1), out var port) || port != target.Port
            || target.UserInfo.Length > 0 || target.AbsolutePath != "/" || target.Query.Length > 0)
        {
            throw new ArgumentException($"{authority} is not a host and a port.", nameof(authority));
        }

        var text = HttpUrl.Authority(target.IdnHost, port, false);
        var request = new HttpRequest(HttpMethods.Connect, text, HttpHeaders.Of(("Host", text)));
        return new(request, null, "") { Url = HttpUrl.Checked(HttpUrl.Parse(proxy)) };
    }

    /// <summary>A request to send.</summary>
    /// <param name="method">A token, case-sensitive.</param>
    /// <param name="url">An absolute http or https url.</param>
    /// <param name="body">Default empty.</param>
    /// <exception cref="ArgumentException">The method is not a token, or the url cannot be requested.</exception>
    public static HttpRequest To(string method, string url, HttpBody? body = null) =>
        ToChecked(method, HttpUrl.Parse(url), body);

    /// <summary>This request with one field line of that name. It shares body and exchange with this one.</summary>
    /// <exception cref="ArgumentException">The name is not a token, or the value holds a control.</exception>
    public HttpRequest WithHeader(string name, string value) => WithHeaders(Headers.With(name, value));

    /// <summary>This request with other field lines. It shares body and exchange with this one.</summary>
    public HttpRequest WithHeaders(HttpHeaders headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        return new(this, _context, _path) { Headers = headers };
    }

    /// <summary>
    /// This request with another body, as a middleware makes that decodes the content. <see cref="SetMaxBodySize"/>
    /// still speaks of what the client sends.
    /// </summary>
    public HttpRequest WithBody(HttpBody body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return new(this, _context, _path) { Body = body };
    }

    /// <summary>This request to another url.</summary>
    /// <exception cref="ArgumentException">The url cannot be requested.</exception>
    public HttpRequest WithUrl(Uri url) =>
        new(Method, url, Headers, Body) { Options = Options, Version = Version, _items = _items };

    /// <summary>This request with another method.</summary>
    /// <exception cref="ArgumentException">The method is not a token.</exception>
    public HttpRequest WithMethod(string method)
    {
        ArgumentNullException.ThrowIfNull(method);
        return FieldSyntax.IsToken(method)
            ? new(this, _context, _path) { Method = method }
            : throw new ArgumentException($"The method \"{method}\" is not a token (RFC 9110 9.1).", nameof(method));
    }

    /// <summary>
    /// This request in another version: 1.0, which uses a connection once and takes no body of unknown length, or 1.1.
    /// </summary>
    /// <exception cref="ArgumentException">It is another version.</exception>
    public HttpRequest WithVersion(Version version) =>
        version == HttpVersion.Version10 || version == HttpVersion.Version11
            ? new(this, _context, _path) { Version = version }
            : throw new ArgumentException($"HTTP/{version} is not spoken; 1.0 and 1.1 are.", nameof(version));

    /// <summary>This request with other options.</summary>
    public HttpRequest WithOptions(RequestOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new(this, _context, _path) { Options = options };
    }

    /// <summary>
    /// This request with another path, for a handler that knows only what is below it. The target stays as sent.
    /// </summary>
    public HttpRequest WithPath(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return new(this, _context, path);
    }

    /// <summary>This request with a value that a middleware has for the handlers after it.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    /// <param name="key">Under which <see cref="Get{T}"/> finds it; a value of the same key is replaced.</param>
    /// <param name="value">The value.</param>
    public HttpRequest With<T>(RequestKey<T> key, T value)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new(this, _context, _path) { _items = new RequestItem(key, value, _items) };
    }

    /// <summary>The value of a key, or the default where nobody has set one.</summary>
    /// <typeparam name="T">The type of the value.</typeparam>
    public T? Get<T>(RequestKey<T> key)
    {
        for (var item = _items; item is not null; item = item.Next)
        {
            if (ReferenceEquals(item.Key, key))
                return (T?)item.Value;
        }

        return default;
    }

    private static HttpRequest ToChecked(string method, Uri url, HttpBody? body) =>
        new(method, HttpUrl.Target(url), null, body) { Url = url };

    /// <summary>Where it came from, as others see it; null for one that no connection received.</summary>
    internal IRequestContext? Context => _context;

    /// <summary>This request as one of another origin.</summary>
    internal HttpRequest From(IRequestContext context, string host) => new(this, context, _path) { Host = host };

    /// <summary>The same with the id, for our own logs.</summary>
    internal string LogName => _context is null ? ToString() : $"[{Id}] {this}";

    /// <summary>Method and target, for logs.</summary>
    public override string ToString() => $"{Method} {Target}";
}
