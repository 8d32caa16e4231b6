namespace Aleph.Actors.Http;

/// <summary>
/// How one request is sent, where it differs from its client's way. Null means: as the client does. A time of
/// <see cref="System.Threading.Timeout.InfiniteTimeSpan"/> means no limit. Immutable: change with <c>with</c>.
/// </summary>
public sealed record RequestOptions
{
    /// <summary>Everything as the client does.</summary>
    public static RequestOptions None { get; } = new();

    /// <summary>What null means where the client says nothing either.</summary>
    internal static RequestOptions Standard { get; } = new()
    {
        FollowRedirects = true,
        MaxRedirects = 20,
        ForceRedirects = false,
        AllowDowngrade = false,
        Decompress = false,
        ThrowOnError = false,
        SaveRequest = false,
    };

    /// <summary>How long the request may take in all, its answer's body included.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How long it may wait for a connection.</summary>
    public TimeSpan? QueueTimeout { get; init; }

    /// <summary>How long the server may take not one byte of it.</summary>
    public TimeSpan? SendTimeout { get; init; }

    /// <summary>How long the head of the answer may take once the request was sent.</summary>
    public TimeSpan? ResponseTimeout { get; init; }

    /// <summary>How long the answer's body may pause while somebody wants to read it.</summary>
    public TimeSpan? ReadTimeout { get; init; }

    /// <summary>The longest body of the answer in bytes, at least 0.</summary>
    public long? MaxBodySize { get; init; }

    /// <summary>How much of an answer's head is taken. Default null: as the pool's settings say.</summary>
    public HttpResponseLimits? ResponseLimits { get; init; }

    /// <summary>
    /// Whether an answer is taken whose body ends with the connection. Where it is not, such an answer fails.
    /// </summary>
    public bool? AllowDelimitedByClose { get; init; }

    /// <summary>Called with each interim answer (100, 102, 103) and its fields. On the turn: must not block.</summary>
    public Action<HttpStatus, HttpHeaders>? OnInterim { get; init; }

    /// <summary>
    /// Makes the protocol that takes the connection over after 101 Switching Protocols or an accepted CONNECT. It is
    /// started after that, and presented the bytes that the server sent already; <see cref="ResponseInfo.Tunnel"/> is
    /// null then. Called on the connection's turn with the answer: must not block; what it throws fails the request.
    /// Default null: the answer brings the connection as a <see cref="DuplexConnection"/>.
    /// </summary>
    public Func<HttpResponse, IConnectionProtocol>? SwitchTo { get; init; }

    /// <summary>
    /// Whether redirects are followed. Default true. 301 and 302: GET and HEAD, and POST as GET; 303 as GET; 307 and
    /// 308: safe methods, and others on the same origin; all others where <see cref="ForceRedirects"/> says so. From
    /// https to http only where <see cref="AllowDowngrade"/> says so. Where one is not followed, it is the answer.
    /// Another origin gets no credentials and no Cookie field.
    /// </summary>
    public bool? FollowRedirects { get; init; }

    /// <summary>How many redirects are followed for one request, at least 0; one more fails. Default 20.</summary>
    public int? MaxRedirects { get; init; }

    /// <summary>Whether redirects are followed that would send a request which may change something again. Default
    /// false.</summary>
    public bool? ForceRedirects { get; init; }

    /// <summary>Whether redirects from https to http are followed. Default false.</summary>
    public bool? AllowDowngrade { get; init; }

    /// <summary>
    /// Whether answers are asked for compressed (unless the request has an Accept-Encoding) and decompressed: br, gzip,
    /// deflate. Content-Encoding and Content-Length are taken away then. Default false.
    /// </summary>
    public bool? Decompress { get; init; }

    /// <summary>The longest decompressed body in bytes, at least 0; a longer one fails. Default no limit.</summary>
    public long? MaxDecompressedSize { get; init; }

    /// <summary>Where cookies are kept and taken from. Default null: no cookies.</summary>
    public ICookieStore? Cookies { get; init; }

    /// <summary>Whether an answer of 400 and more is thrown as an <see cref="HttpStatusException"/>. Default
    /// false.</summary>
    public bool? ThrowOnError { get; init; }

    /// <summary>What is sent to servers that ask who it is. Default null: the user-info of the url.</summary>
    public HttpCredentials? Credentials { get; init; }

    /// <summary>Whether and when a failed request is sent again. Default null: not.</summary>
    public HttpRetry? Retry { get; init; }

    /// <summary>
    /// Whether the response keeps the request as it was sent, for debugging: <see cref="ResponseInfo.Sent"/>. Default
    /// false.
    /// </summary>
    public bool? SaveRequest { get; init; }

    /// <summary>
    /// A private cache of answers (RFC 9111). The request's Cache-Control says what it takes: no-cache, no-store,
    /// max-age, min-fresh, max-stale, stale-if-error, and only-if-cached, which gives 504 where nothing fits. What it
    /// did is <see cref="ResponseInfo.Cache"/>. Default null: none.
    /// </summary>
    public HttpCache? Cache { get; init; }

    /// <summary>The proxy; null for the client's, <see cref="HttpProxy.None"/> for none.</summary>
    public HttpProxy? Proxy { get; init; }

    /// <summary>The connection that the request goes over, where a step needs one for several requests.</summary>
    internal Client.ConnectionBinding? Binding { get; init; }

    /// <summary>What makes a WebSocket of the connection after 101; null for an ordinary request.</summary>
    internal WebSocketFaces.WebSocketTakeover? WebSocket { get; init; }

    /// <summary>These options, and where they are silent <paramref name="other"/>.</summary>
    internal RequestOptions Over(RequestOptions other)
    {
        if (ReferenceEquals(this, other) || ReferenceEquals(other, None))
            return this;
        if (ReferenceEquals(this, None))
            return other;
        return new RequestOptions
        {
            Timeout = Timeout ?? other.Timeout,
            QueueTimeout = QueueTimeout ?? other.QueueTimeout,
            SendTimeout = SendTimeout ?? other.SendTimeout,
            ResponseTimeout = ResponseTimeout ?? other.ResponseTimeout,
            ReadTimeout = ReadTimeout ?? other.ReadTimeout,
            MaxBodySize = MaxBodySize ?? other.MaxBodySize,
            ResponseLimits = ResponseLimits ?? other.ResponseLimits,
            AllowDelimitedByClose = AllowDelimitedByClose ?? other.AllowDelimitedByClose,
            OnInterim = OnInterim ?? other.OnInterim,
            SwitchTo = SwitchTo ?? other.SwitchTo,
            FollowRedirects = FollowRedirects ?? other.FollowRedirects,
            MaxRedirects = MaxRedirects ?? other.MaxRedirects,
            ForceRedirects = ForceRedirects ?? other.ForceRedirects,
            AllowDowngrade = AllowDowngrade ?? other.AllowDowngrade,
            Decompress = Decompress ?? other.Decompress,
            MaxDecompressedSize = MaxDecompressedSize ?? other.MaxDecompressedSize,
            Cookies = Cookies ?? other.Cookies,
            ThrowOnError = ThrowOnError ?? other.ThrowOnError,
            Credentials = Credentials ?? other.Credentials,
            Retry = Retry ?? other.Retry,
            Cache = Cache ?? other.Cache,
            Proxy = Proxy ?? other.Proxy,
            SaveRequest = SaveRequest ?? other.SaveRequest,
            Binding = Binding ?? other.Binding,
            WebSocket = WebSocket ?? other.WebSocket,
        };
    }
}
