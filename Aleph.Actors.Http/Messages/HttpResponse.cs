using Akka;
using Akka.Actor;
using Akka.Streams.Dsl;
using Aleph.Actors.Http.WebSocketFaces;

namespace Aleph.Actors.Http;

/// <summary>
/// An answer, immutable; change it with the <c>With</c> methods. One whose body is in memory can be kept and given as
/// often as one likes.
/// </summary>
public sealed class HttpResponse : Akka.Actor.INoSerializationVerificationNeeded, IDisposable
{
    private static readonly HttpHeaders PlainText = HttpHeaders.Of(("Content-Type", "text/plain; charset=utf-8"));
    private static readonly HttpHeaders OctetStream = HttpHeaders.Of(("Content-Type", "application/octet-stream"));

    /// <summary>Makes an answer.</summary>
    /// <param name="status">100 to 999. Codes below 200, but for an upgrade's 101, are not final answers and give a
    /// 500.</param>
    /// <param name="headers">Default none. Date and Server are added unless set here; lengths and framing by the
    /// connection.</param>
    /// <param name="body">Default empty.</param>
    public HttpResponse(HttpStatus status, HttpHeaders? headers = null, HttpBody? body = null)
    {
        Status = status;
        Headers = headers ?? HttpHeaders.Empty;
        Body = body ?? HttpBody.Empty;
    }

    private HttpResponse(HttpResponse other)
    {
        Status = other.Status;
        ReasonPhrase = other.ReasonPhrase;
        Headers = other.Headers;
        Body = other.Body;
        Trailers = other.Trailers;
        Upgrade = other.Upgrade;
        Info = other.Info;
    }

    /// <summary>The status.</summary>
    public HttpStatus Status { get; private init; }

    /// <summary>The reason phrase, or null for the standard one.</summary>
    public string? ReasonPhrase { get; private init; }

    /// <summary>The field lines that the application set.</summary>
    public HttpHeaders Headers { get; private init; }

    /// <summary>The content.</summary>
    public HttpBody Body { get; private init; }

    /// <summary>
    /// Asked once after the body for the trailer section; null for none. Sent where chunks are sent (HTTP/1.1 without a
    /// Content-Length), else dropped (RFC 9110 6.5).
    /// </summary>
    public Func<HttpHeaders>? Trailers { get; private init; }

    /// <summary>What a client knows of an answer that it received; null for one that was made here.</summary>
    public ResponseInfo? Info { get; internal init; }

    /// <summary>What takes the connection over after this answer; null for an ordinary one.</summary>
    internal Func<IConnectionProtocol>? Upgrade { get; private init; }

    /// <summary>An answer without content.</summary>
    public static HttpResponse Of(HttpStatus status) => new(status);

    /// <summary>An answer of text.</summary>
    /// <param name="text">The text, sent as UTF-8.</param>
    /// <param name="status">Default 200.</param>
    /// <param name="contentType">Default <c>text/plain; charset=utf-8</c>.</param>
    public static HttpResponse Text(string text, HttpStatus status = default, string? contentType = null) =>
        new(status, contentType is null ? PlainText : HttpHeaders.Of(("Content-Type", contentType)),
            HttpBody.From(text));

    /// <summary>An answer of bytes, not copied.</summary>
    /// <param name="bytes">The content.</param>
    /// <param name="status">Default 200.</param>
    /// <param name="contentType">Default <c>application/octet-stream</c>.</param>
    public static HttpResponse Bytes(
        ReadOnlyMemory<byte> bytes, HttpStatus status = default, string? contentType = null) =>
        Of(HttpBody.From(bytes), status, contentType);

    /// <summary>An answer of any body.</summary>
    /// <param name="body">The content.</param>
    /// <param name="status">Default 200.</param>
    /// <param name="contentType">Default <c>application/octet-stream</c>.</param>
    public static HttpResponse Of(HttpBody body, HttpStatus status = default, string? contentType = null) =>
        new(status, contentType is null ? OctetStream : HttpHeaders.Of(("Content-Type", contentType)), body);

    /// <summary>
    /// 101 Switching Protocols (RFC 9110 7.8): after it the connection is the handler's, bytes that the client sent
    /// already included. Answer it only to a request that offered the protocol, else the client gets a 500.
    /// </summary>
    /// <param name="protocol">The value of the Upgrade field.</param>
    /// <param name="run">Owns the connection until its task ends. Runs on the thread pool.</param>
    public static HttpResponse SwitchProtocols(string protocol, Func<DuplexConnection, Task> run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new(HttpStatus.SwitchingProtocols, HttpHeaders.Of(("Connection", "Upgrade"), ("Upgrade", protocol)))
        {
            Upgrade = () => new DuplexProtocol(run),
        };
    }

    /// <summary>
    /// 101 to a WebSocket handshake (RFC 6455 4.2.2), after which <paramref name="run"/> owns the WebSocket; or, where
    /// the request is none or a bad one, what it deserves: 400, 403 or 426. To refuse for other reasons, answer
    /// anything else.
    /// </summary>
    /// <param name="request">The request that is answered.</param>
    /// <param name="run">Runs on the thread pool; when its task ends, the WebSocket is closed with 1000, or with 1011
    /// when it failed.</param>
    /// <param name="options">Default <see cref="WebSocketOptions.Default"/>.</param>
    /// <exception cref="ArgumentException">The settings are not valid, or a field is set by the handshake.</exception>
    public static HttpResponse WebSocket(
        HttpRequest request, Func<WebSocketConnection, Task> run, WebSocketOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        return ServerUpgrade.Answer(request, options, settings => TaskFace.Create(settings, run));
    }

    /// <inheritdoc cref="WebSocket(HttpRequest, Func{WebSocketConnection, Task}, WebSocketOptions?)"/>
    /// <param name="request">The request that is answered.</param>
    /// <param name="handler">Gets every message.</param>
    /// <param name="options">Default <see cref="WebSocketOptions.Default"/>.</param>
    public static HttpResponse WebSocket(
        HttpRequest request, WebSocketMessageHandler handler, WebSocketOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return ServerUpgrade.Answer(
            request, options, _ => new FunctionFace(handler, options is { PooledMessages: true }));
    }

    /// <inheritdoc cref="WebSocket(HttpRequest, Func{WebSocketConnection, Task}, WebSocketOptions?)"/>
    /// <typeparam name="TMat">What the flow materialises to; not used.</typeparam>
    /// <param name="request">The request that is answered.</param>
    /// <param name="flow">
    /// Gets the peer's messages and makes those to send; materialised once. When it completes, the WebSocket is closed
    /// with 1000; when it fails, with 1011; when it cancels its input, the rest of that is thrown away.
    /// </param>
    /// <param name="options">Default <see cref="WebSocketOptions.Default"/>.</param>
    public static HttpResponse WebSocket<TMat>(
        HttpRequest request, Flow<WebSocketMessage, WebSocketMessage, TMat> flow, WebSocketOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(flow);
        var unused = flow.MapMaterializedValue(_ => NotUsed.Instance);
        return ServerUpgrade.Answer(request, options, settings => FlowFace.Create(settings, unused));
    }

    /// <inheritdoc cref="WebSocket(HttpRequest, Func{WebSocketConnection, Task}, WebSocketOptions?)"/>
    /// <param name="request">The request that is answered.</param>
    /// <param name="handler">
    /// Gets the events of <see cref="WebSocketProtocol"/> and sends its commands; watched: when it stops, the WebSocket
    /// is closed with 1011. It outlives the WebSocket, unless it stops itself on <see
    /// cref="WebSocketProtocol.Closed"/>.
    /// </param>
    /// <param name="options">Default <see cref="WebSocketOptions.Default"/>.</param>
    public static HttpResponse WebSocket(
        HttpRequest request, IActorRef handler, WebSocketOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return ServerUpgrade.Answer(request, options, settings => new ActorFace(handler, settings));
    }

    /// <summary>
    /// 200 to a CONNECT request (RFC 9110 9.3.6): after it the connection is the handler's, bytes that the client sent
    /// already included.
    /// </summary>
    /// <param name="run">Owns the connection until its task ends. Runs on the thread pool.</param>
    public static HttpResponse Tunnel(Func<DuplexConnection, Task> run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new(HttpStatus.Ok) { Upgrade = () => new DuplexProtocol(run) };
    }

    /// <summary>101 with these fields, after which the connection speaks another protocol.</summary>
    internal static HttpResponse Switching(HttpHeaders headers, Func<IConnectionProtocol> protocol) =>
        new(HttpStatus.SwitchingProtocols, headers) { Upgrade = protocol };

    /// <summary>This answer with another status, and optionally another reason phrase.</summary>
    /// <exception cref="ArgumentException">The reason phrase holds a control character.</exception>
    public HttpResponse WithStatus(HttpStatus status, string? reasonPhrase = null)
    {
        if (reasonPhrase is not null && !FieldSyntax.IsValue(reasonPhrase))
            throw new ArgumentException("The reason phrase holds a control or a character above U+00FF (RFC 9112 4).",
                nameof(reasonPhrase));
        return new(this) { Status = status, ReasonPhrase = reasonPhrase };
    }

    /// <summary>This answer with one field line of that name.</summary>
    /// <exception cref="ArgumentException">The name is not a token, or the value holds a control.</exception>
    public HttpResponse WithHeader(string name, string value) => WithHeaders(Headers.With(name, value));

    /// <summary>This answer with other field lines.</summary>
    public HttpResponse WithHeaders(HttpHeaders headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        return new(this) { Headers = headers };
    }

    /// <summary>This answer with another body.</summary>
    public HttpResponse WithBody(HttpBody body)
    {
        ArgumentNullException.ThrowIfNull(body);
        return new(this) { Body = body };
    }

    /// <summary>This answer with trailers, asked for once the body has been sent.</summary>
    public HttpResponse WithTrailers(Func<HttpHeaders> trailers)
    {
        ArgumentNullException.ThrowIfNull(trailers);
        return new(this) { Trailers = trailers };
    }

    /// <summary>
    /// Gives the body up where nobody has begun to read it: of a received answer, its connection is free for others
    /// soon. No effect on a body in use. Any thread; harmless when repeated.
    /// </summary>
    public void Dispose() => Body.Discard();

    /// <summary>A received answer.</summary>
    internal static HttpResponse Received(
        HttpStatus status, string? reasonPhrase, HttpHeaders headers, HttpBody body, ResponseInfo info) =>
        new(status, headers, body) { ReasonPhrase = reasonPhrase, Info = info };

    internal HttpResponse WithInfo(ResponseInfo info) => new(this) { Info = info };

    /// <summary>The status, for logs.</summary>
    public override string ToString() => Status.ToString();
}
