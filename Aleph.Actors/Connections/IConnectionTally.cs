namespace Aleph.Actors.Connections;

/// <summary>Counts connections that are over. Told on their turns, so by many threads.</summary>
internal interface IConnectionTally
{
    /// <summary>A connection is over; its actor ends next.</summary>
    void Closed(ConnectionEndReason reason, long received, long sent);
}
