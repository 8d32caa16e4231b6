using System.Diagnostics;
using System.Net;
using System.Security.Authentication;

namespace Aleph.Actors.Connections;

/// <summary>
/// Measures one connection. Made by it where somebody listens to its meter, told on its turn when it has opened and
/// when it has ended.
/// </summary>
internal sealed class ConnectionMeasure
{
    private readonly ConnectionInstruments _instruments;
    private readonly TagList _tags;
    private readonly long _begun = Stopwatch.GetTimestamp();
    private TlsSession? _session;
    private bool _handshaking;

    private ConnectionMeasure(ConnectionInstruments instruments, EndPoint? server, bool handshaking)
    {
        _instruments = instruments;
        _tags = Tags(server);
        _handshaking = handshaking;
        instruments.Active.Add(1, _tags);
        if (handshaking)
            instruments.ActiveHandshakes.Add(1, _tags);
    }

    /// <summary>Begins to measure; null where nobody listens.</summary>
    public static ConnectionMeasure? Begin(bool isClient, ConnectionInfo info, bool handshaking)
    {
        var instruments = isClient ? Meters.Outgoing : Meters.Accepted;
        return instruments.IsEnabled
            ? new ConnectionMeasure(instruments, isClient ? info.RemoteEndPoint : info.LocalEndPoint, handshaking)
            : null;
    }

    /// <summary>The connection has opened, by a handshake or without one.</summary>
    public void Opened(TlsSession? session)
    {
        _session = session;
        EndHandshake(WithProtocol(_tags));
    }

    public void Ended(ConnectionEnd end, long received, long sent)
    {
        _instruments.Bytes.Add(received, new KeyValuePair<string, object?>("network.io.direction", "receive"));
        _instruments.Bytes.Add(sent, new KeyValuePair<string, object?>("network.io.direction", "transmit"));
        var tags = WithProtocol(_tags);
        if (ErrorType(end.Reason) is { } error)
            tags.Add("error.type", error);
        EndHandshake(tags);
        _instruments.Duration.Record(Stopwatch.GetElapsedTime(_begun).TotalSeconds, tags);
        _instruments.Active.Add(-1, _tags);
    }

    private static TagList Tags(EndPoint? server) => server switch
    {
        IPEndPoint ip => new TagList
        {
            { "server.address", ip.Address.ToString() },
            { "server.port", ip.Port },
            { "network.transport", "tcp" },
            { "network.type", ip.AddressFamily == IPAddress.Any.AddressFamily ? "ipv4" : "ipv6" },
        },
        not null => new TagList { { "server.address", server.ToString() }, { "network.transport", "unix" } },
        null => new TagList { { "network.transport", "pipe" } },
    };

    /// <summary>The end as the tag error.type; null for one that is none.</summary>
    public static string? ErrorType(ConnectionEndReason reason) => reason switch
    {
        // Kestrel's words where it has one for the reason.
        ConnectionEndReason.Completed or ConnectionEndReason.Drained => null,
        ConnectionEndReason.PeerClosed => "peer_closed",
        ConnectionEndReason.ConnectionReset => "connection_reset",
        ConnectionEndReason.IoError => "io_error",
        ConnectionEndReason.ProtocolError => "protocol_error",
        ConnectionEndReason.HandshakeFailed => "tls_handshake_failed",
        ConnectionEndReason.Timeout => "server_timeout",
        ConnectionEndReason.LimitExceeded => "limit_exceeded",
        ConnectionEndReason.AbortedByApplication => "aborted_by_app",
        ConnectionEndReason.DrainTimeout => "app_shutdown_timeout",
        ConnectionEndReason.Stopped => "stopped",
        _ => "_OTHER",
    };

    private void EndHandshake(TagList tags)
    {
        if (!_handshaking)
            return;
        _handshaking = false;
        _instruments.ActiveHandshakes.Add(-1, _tags);
        _instruments.HandshakeDuration.Record(Stopwatch.GetElapsedTime(_begun).TotalSeconds, tags);
    }

    private TagList WithProtocol(TagList tags)
    {
        if (_session is { } session)
        {
            tags.Add("tls.protocol.version", session.Protocol switch
            {
                SslProtocols.Tls12 => "1.2",
                SslProtocols.Tls13 => "1.3",
                var older => older.ToString(),
            });
        }

        return tags;
    }
}
