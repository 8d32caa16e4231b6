using Akka.Actor;

namespace Aleph.Actors.Http;

/// <summary>How a pool stands, and what it has counted since it began.</summary>
/// <param name="Origin">What it connects to.</param>
public sealed record HttpPoolStatistics(HttpOrigin Origin) : INoSerializationVerificationNeeded
{
    /// <summary>Open connections.</summary>
    public int Open { get; init; }

    /// <summary>Connections being made.</summary>
    public int Connecting { get; init; }

    /// <summary>Open connections without a request.</summary>
    public int Idle { get; init; }

    /// <summary>Requests that wait for a connection.</summary>
    public int Queued { get; init; }

    /// <summary>Requests under way on a connection, their answers' bodies included.</summary>
    public int Active { get; init; }

    /// <summary>Requests that a connection has begun.</summary>
    public long Requests { get; init; }

    /// <summary>Requests that failed.</summary>
    public long Failed { get; init; }

    /// <summary>Requests that were refused at once: the queue was full, the origin down, the pool closed.</summary>
    public long Rejected { get; init; }

    /// <summary>Requests that were sent again, since their connection had gone before it answered.</summary>
    public long Retried { get; init; }

    /// <summary>Connections that were opened.</summary>
    public long Connections { get; init; }
}
