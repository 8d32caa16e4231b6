namespace Aleph.Actors.Http.Server;

/// <summary>Where a server connection stands.</summary>
internal enum ConnectionPhase
{
    /// <summary>Requests are read and answered.</summary>
    Open,

    /// <summary>What was read is answered, and a request whose head has begun to come in; then it closes.</summary>
    Draining,

    /// <summary>
    /// All was answered and FIN sent; what still comes is thrown away, so that no reset overtakes the answer.
    /// </summary>
    Lingering,

    /// <summary>Closed, or something else by now.</summary>
    Ended,
}
