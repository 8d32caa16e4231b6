using System.Net;

namespace Aleph.Actors;

/// <summary>
/// A listener at one moment; the answer to <see cref="ServerProtocol.DescribeListener"/>. Immutable; safe to keep.
/// </summary>
/// <param name="Index">Its number among the listeners of its server, from 0.</param>
/// <param name="EndPoint">Where it listens or is to listen.</param>
public sealed record ListenerDescription(int Index, EndPoint EndPoint) : ServerProtocol.Event
{
    /// <summary>How long it has been listening; null while it does not.</summary>
    public TimeSpan? Age { get; init; }

    /// <summary>What it has counted.</summary>
    public required ListenerStatistics Statistics { get; init; }
}
