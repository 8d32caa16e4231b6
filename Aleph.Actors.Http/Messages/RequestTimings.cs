namespace Aleph.Actors.Http;

/// <summary>How long the phases of a request took. Filled in as it goes on; null for what has not happened.</summary>
public sealed class RequestTimings
{
    /// <summary>From the sending of the request to a connection for it, the making of one included.</summary>
    public TimeSpan? Queued { get; internal set; }

    /// <summary>Whether the connection had served a request before.</summary>
    public bool IsReused { get; internal set; }

    /// <summary>The look-up of the name; null on a reused connection.</summary>
    public TimeSpan? Resolve { get; internal set; }

    /// <summary>The connecting of the socket; null on a reused connection.</summary>
    public TimeSpan? Connect { get; internal set; }

    /// <summary>The TLS handshake; null on a reused connection and without TLS.</summary>
    public TimeSpan? Tls { get; internal set; }

    /// <summary>From the sending of the request to the head of the answer.</summary>
    public TimeSpan? FirstByte { get; internal set; }

    /// <summary>From the sending of the request to the end of the answer.</summary>
    public TimeSpan? LastByte { get; internal set; }

    /// <summary>The phases of connecting, from where they were measured.</summary>
    internal void Take(RequestTimings connecting) =>
        (Resolve, Connect, Tls) = (connecting.Resolve, connecting.Connect, connecting.Tls);
}
