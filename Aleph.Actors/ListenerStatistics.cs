namespace Aleph.Actors;

/// <summary>The counters of one listener since the start of its server, over its restarts.</summary>
/// <param name="Index">Its number among the listeners of its server, from 0.</param>
/// <param name="Accepted">Connections accepted.</param>
/// <param name="FailedAccepts">Attempts to accept that failed, those that were repeated included.</param>
/// <param name="Refused">Sockets closed at once because their configuration callback threw.</param>
/// <param name="Restarts">How many times it failed and was replaced.</param>
public sealed record ListenerStatistics(int Index, long Accepted, long FailedAccepts, long Refused, long Restarts);
