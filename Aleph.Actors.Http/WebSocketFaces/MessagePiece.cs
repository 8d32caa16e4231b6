using System.Buffers;

namespace Aleph.Actors.Http.WebSocketFaces;

/// <summary>A part of a received message, or all of it; its memory is the holder's.</summary>
internal readonly record struct MessagePiece(ReadOnlyMemory<byte> Bytes, bool IsText, bool IsLast)
{
    private byte[]? Pooled { get; init; }

    /// <summary>A copy.</summary>
    /// <param name="bytes">What is copied.</param>
    /// <param name="isText">Whether its message is text.</param>
    /// <param name="isLast">Whether the message ends with it.</param>
    /// <param name="isPooled">Whether its memory is from the pool, for a holder who gives it back.</param>
    public static MessagePiece Of(ReadOnlySpan<byte> bytes, bool isText, bool isLast, bool isPooled)
    {
        if (!isPooled || bytes.IsEmpty)
            return new MessagePiece(bytes.ToArray(), isText, isLast);
        var array = ArrayPool<byte>.Shared.Rent(bytes.Length);
        bytes.CopyTo(array);
        return new MessagePiece(array.AsMemory(0, bytes.Length), isText, isLast) { Pooled = array };
    }

    /// <summary>Gives its memory back, if it is pooled: by the one holder, once.</summary>
    public void Release()
    {
        if (Pooled is { } array)
            ArrayPool<byte>.Shared.Return(array);
    }
}
