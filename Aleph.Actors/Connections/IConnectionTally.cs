namespace Aleph.Actors.Connections;

/// <summary>Counts what connections carry and how they end. Told on their turns, so by many threads.</summary>
internal interface IConnectionTally
{
    /// <summary>So many more bytes were transferred.</summary>
    void Transferred(long received, long sent);

    /// <summary>A connection is over; its actor ends next.</summary>
    void Closed(ConnectionEndReason reason);
}
