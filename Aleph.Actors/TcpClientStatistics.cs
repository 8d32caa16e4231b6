using Akka.Actor;

namespace Aleph.Actors;

/// <summary>
/// The counters of outgoing connections since their parent started: those of an actor of <see cref="TcpClient.Props"/>,
/// or, by <see cref="TcpExtension.ClientStatistics"/> and the manager, all others of an actor system. The answer to
/// <see cref="TcpCommands.GetStatistics"/>.
/// </summary>
/// <param name="Open">Connections open now.</param>
/// <param name="Attempts">Connections asked for so far; those neither in <paramref name="Connected"/> nor in <paramref
/// name="Failed"/> are under way.</param>
/// <param name="Connected">Attempts that ended with an open connection, TLS included.</param>
/// <param name="Failed">Attempts that ended without one, cancelled ones included.</param>
/// <param name="Ended">Connections that had been open and are over.</param>
public sealed record TcpClientStatistics(long Open, long Attempts, long Connected, long Failed, long Ended)
    : INoSerializationVerificationNeeded
{
    /// <summary>What the connections have received, in bytes as their protocols saw them.</summary>
    public long BytesReceived { get; init; }

    /// <summary>What the connections have sent, in bytes as their protocols wrote them.</summary>
    public long BytesSent { get; init; }

    /// <summary>How many connections are over for each reason. Reasons that never were are left out.</summary>
    public IReadOnlyDictionary<ConnectionEndReason, long> EndReasons
    {
        get;
        init => field = Readable.Of(value);
    } = Readable.Of(new Dictionary<ConnectionEndReason, long>());

    /// <summary>How many attempts failed in each phase. Phases in which none did are left out.</summary>
    public IReadOnlyDictionary<ConnectPhase, long> Failures
    {
        get;
        init => field = Readable.Of(value);
    } = Readable.Of(new Dictionary<ConnectPhase, long>());
}
