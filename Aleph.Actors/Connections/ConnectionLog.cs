using Akka.Actor;
using Akka.Event;

namespace Aleph.Actors.Connections;

/// <summary>How a connection appears in the log.</summary>
internal static class ConnectionLog
{
    public static string Name(ConnectionInfo? info) => info is null
        ? "A connection without transport"
        : $"Connection {info.Id} of {LogText.Of(info.LocalEndPoint)} with {LogText.Of(info.RemoteEndPoint)}";

    /// <param name="system">Whose log it is.</param>
    /// <param name="info">Whose end it is.</param>
    /// <param name="end">The end.</param>
    /// <param name="wasOpen">Whether a protocol ran: a handshake can fail in the midst of a connection, too, and with
    /// TLS 1.3 a side may have finished before the other refuses its certificate.</param>
    public static void Ended(ActorSystem system, ConnectionInfo? info, ConnectionEnd end, bool wasOpen)
    {
        if (end.Reason is ConnectionEndReason.HandshakeFailed && wasOpen)
            system.Log.Info("{0} was open when its handshake failed: {1}", Name(info), end.Detail);
        else if (end.Reason is ConnectionEndReason.HandshakeFailed)
            system.Log.Info("{0} did not open: {1}", Name(info), end.Detail);
        else if (system.Log.IsDebugEnabled)
            system.Log.Debug("{0} ended: {1} {2}", Name(info), end.Reason, end.Detail);
    }
}
