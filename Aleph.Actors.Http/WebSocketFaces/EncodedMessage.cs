namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>
/// A message as one frame of a server, encoded once for many connections: plain, and compressed without a context where
/// somebody wants that.
/// </summary>
internal sealed class EncodedMessage
{
    /// <summary>The plain frame.</summary>
    public required ReadOnlyMemory<byte> Plain { get; init; }

    /// <summary>The compressed frame for a window of 15 bits; null where it is not worth it.</summary>
    public ReadOnlyMemory<byte>? Compressed { get; init; }
}
