namespace Aleph.Actors.Http;

/// <summary>What a client knows of an answer apart from the answer itself. Immutable; safe to keep.</summary>
public sealed record ResponseInfo
{
    internal ResponseInfo(HttpRequest request, Version version)
    {
        Request = request;
        Version = version;
    }

    /// <summary>The request that was answered: the last one, where redirects were followed.</summary>
    public HttpRequest Request { get; init; }

    /// <summary>The version as sent: 1.0 or 1.1.</summary>
    public Version Version { get; init; }

    /// <summary>
    /// Whether only the end of the connection tells the end of the body (RFC 9112 6.3): where it was cut off cannot be
    /// told.
    /// </summary>
    public bool IsDelimitedByClose { get; init; }

    /// <summary>Who is connected to whom.</summary>
    public ConnectionInfo? Connection { get; init; }

    /// <summary>How long each phase took, as far as it has come.</summary>
    public required RequestTimings Timings { get; init; }

    /// <summary>
    /// The connection, which is the caller's from now on, after 101 Switching Protocols or an accepted CONNECT; else
    /// null. Bytes that the server sent already come first. Dispose it.
    /// </summary>
    public DuplexConnection? Tunnel { get; init; }

    /// <summary>The WebSocket that the connection has become; null for any other answer.</summary>
    internal WebSocketConnection? WebSocket { get; init; }

    /// <summary>The request as it was sent, where <see cref="RequestOptions.SaveRequest"/> asked for it; else null.
    /// </summary>
    public SentRequest? Sent { get; init; }

    /// <summary>Whether the answer came from a cache, see <see cref="RequestOptions.Cache"/>.</summary>
    public HttpCacheStatus Cache { get; init; }

    /// <summary>The urls that were requested on the way, the first one first; empty without a redirect.</summary>
    public IReadOnlyList<Uri> Trail { get; init; } = [];
}
