using Aleph.Actors.Http.Client.Middleware;

namespace Aleph.Actors.Http;

/// <summary>The kinds of failure of a request.</summary>
public enum HttpClientFailure
{
    /// <summary>The name of the server cannot be looked up.</summary>
    Resolve,

    /// <summary>No address of the server takes a connection.</summary>
    Connect,

    /// <summary>The TLS handshake failed.</summary>
    Tls,

    /// <summary>The proxy refused, or broke its protocol.</summary>
    Proxy,

    /// <summary>Connecting failed a moment ago, and is not tried again yet.</summary>
    OriginDown,

    /// <summary>As many requests wait as may.</summary>
    QueueFull,

    /// <summary>The pool is closing or has ended.</summary>
    PoolClosed,

    /// <summary>The connection ended before the answer was complete.</summary>
    ConnectionEnded,

    /// <summary>The server broke the protocol.</summary>
    Protocol,

    /// <summary>The answer is larger than allowed.</summary>
    Limit,

    /// <summary>The time of a phase ran out.</summary>
    Timeout,

    /// <summary>The body of the request failed while it was sent.</summary>
    RequestBody,

    /// <summary>The answer was given up, or left unread for too long.</summary>
    GivenUp,

    /// <summary>The answer is an error status.</summary>
    Status,

    /// <summary>There were more redirects than allowed.</summary>
    Redirects,

    /// <summary>The content of the answer cannot be decompressed.</summary>
    Content,
}
