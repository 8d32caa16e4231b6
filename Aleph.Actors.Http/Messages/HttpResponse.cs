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
    internal Func<DuplexConnection, Task>? Upgrade { get; private init; }

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
            Upgrade = run,
        };
    }

    /// <summary>
    /// 200 to a CONNECT request (RFC 9110 9.3.6): after it the connection is the handler's, bytes that the client sent
    /// already included.
    /// </summary>
    /// <param name="run">Owns the connection until its task ends. Runs on the thread pool.</param>
    public static HttpResponse Tunnel(Func<DuplexConnection, Task> run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return new(HttpStatus.Ok) { Upgrade = run };
    }

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
