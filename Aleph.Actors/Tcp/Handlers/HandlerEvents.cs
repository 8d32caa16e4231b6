using AkkaTcp = Akka.IO.Tcp;

namespace Aleph.Actors.Tcp.Handlers;

/// <summary>How the end of a connection is told to its handler.</summary>
internal static class HandlerEvents
{
    /// <summary>The event for <paramref name="end"/>.</summary>
    /// <param name="end">How it ended.</param>
    /// <param name="orderly">What is told when it ended as it was asked to.</param>
    public static AkkaTcp.ConnectionClosed Of(ConnectionEnd end, AkkaTcp.ConnectionClosed orderly) =>
        end.Reason switch
        {
            ConnectionEndReason.Completed or ConnectionEndReason.Drained => orderly,
            ConnectionEndReason.AbortedByApplication or ConnectionEndReason.DrainTimeout
                or ConnectionEndReason.Stopped => AkkaTcp.Aborted.Instance,
            _ => new AkkaTcp.ErrorClosed(end.Detail ?? end.Reason.ToString()),
        };
}
