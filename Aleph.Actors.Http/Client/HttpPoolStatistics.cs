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

    /// <summary>The share of open connections that have a request, 0 to 1.</summary>
    public double Utilisation => Open == 0 ? 0 : Math.Clamp((Open - Idle) / (double)Open, 0, 1);

    /// <summary>Requests a second since the last statistics of this pool.</summary>
    public double RequestsPerSecond { get; init; }

    /// <summary>How long requests waited for a connection.</summary>
    public required HttpPoolLatency QueueLatency { get; init; }

    /// <summary>How long requests took from their sending to the end of their answers.</summary>
    public required HttpPoolLatency TaskLatency { get; init; }
}
