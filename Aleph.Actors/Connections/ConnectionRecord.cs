using Akka.Actor;

namespace Aleph.Actors.Connections;

/// <summary>
/// What is written down of one connection for whoever listens: the wire log and the meters. Used on its turn.
/// </summary>
internal sealed class ConnectionRecord
{
    private readonly ConnectionMeasure? _measure;

    /// <summary>The connection has a transport.</summary>
    public ConnectionRecord(ActorSystem system, ConnectionSpec spec, ConnectionInfo info)
    {
        Wire = WireLog.For(system, spec.WireLog, info);
        Wire?.Connected();
        _measure = ConnectionMeasure.Begin(spec.IsClient, info, handshaking: spec.Layer is not null);
    }

    /// <summary>The log of its bytes; null where nobody wants it.</summary>
    public WireLog? Wire { get; }

    /// <summary>It has opened, as these facts say, or a layer that came later has.</summary>
    public void Opened(ConnectionInfo info)
    {
        Wire?.Opened(info);
        _measure?.Opened(info.Tls);
    }

    /// <summary>It is over.</summary>
    public void Ended(ConnectionEnd end, long received, long sent)
    {
        Wire?.Closed(end, received, sent);
        _measure?.Ended(end, received, sent);
    }
}
