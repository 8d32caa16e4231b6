namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>A part of a received message, or all of it; its memory is the holder's.</summary>
internal readonly record struct MessagePiece(ReadOnlyMemory<byte> Bytes, bool IsText, bool IsLast);
