namespace Aleph.Actors.Http;

/// <summary>How a pool stands at a moment, for <see cref="HttpPoolSettings.Sizing"/>.</summary>
/// <param name="Open">Open connections.</param>
/// <param name="Connecting">Connections being made.</param>
/// <param name="Idle">Open connections without a request.</param>
/// <param name="Waiting">Requests that wait for a connection.</param>
public readonly record struct HttpPoolLoad(int Open, int Connecting, int Idle, int Waiting);
