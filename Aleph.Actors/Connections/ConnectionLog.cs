using Akka.Actor;
using Akka.Event;

namespace Aleph.Actors.Connections;

/// <summary>How a connection appears in the log.</summary>
internal static class ConnectionLog
{
    public static string Name(ConnectionInfo? info) => info is null
        ? "A connection without transport"
        : $"Connection {info.Id} of {LogText.Of(info.LocalEndPoint)} with {LogText.Of(info.RemoteEndPoint)}";

    public static void Ended(ActorSystem system, ConnectionInfo? info, ConnectionEnd end)
    {
        if (end.Reason is ConnectionEndReason.HandshakeFailed)
            system.Log.Info("{0} did not open: {1}", Name(info), end.Detail);
        else if (system.Log.IsDebugEnabled)
            system.Log.Debug("{0} ended: {1} {2}", Name(info), end.Reason, end.Detail);
    }
}
