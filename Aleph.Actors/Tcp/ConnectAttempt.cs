using System.Net;

namespace Aleph.Actors;

/// <summary>One address that could not be connected to.</summary>
/// <param name="EndPoint">The address.</param>
/// <param name="Error">Why not.</param>
public sealed record ConnectAttempt(IPEndPoint EndPoint, Exception Error);
