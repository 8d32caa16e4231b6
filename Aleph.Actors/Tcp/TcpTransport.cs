namespace Aleph.Actors;

/// <summary>What carries the bytes of TCP connections. <c>aleph.tcp.transport</c>.</summary>
public enum TcpTransport
{
    /// <summary>Sockets of our own, the default.</summary>
    Sockets,

    /// <summary>
    /// Connections of Akka.IO. Slower; for those who need what only stock Akka.IO has. It refuses some settings, and
    /// the port of a server that drains stays taken until its last connection has ended.
    /// </summary>
    AkkaIo,
}
