using System.Text;
using Akka;
using Akka.IO;
using Akka.Streams.Dsl;
using Aleph.Actors.Http.WebSocketFaces;

namespace Aleph.Actors.Http;

/// <summary>
/// A message of a WebSocket: text or binary, in memory (strict) or, as an element of a stream, possibly streamed. One
/// in memory is immutable and safe to share, but for one in pooled memory (<see
/// cref="WebSocketOptions.PooledMessages"/>).
/// </summary>
public sealed class WebSocketMessage : Akka.Actor.INoSerializationVerificationNeeded
{
    private readonly ReadOnlyMemory<byte> _bytes;
    private string? _text;

    private WebSocketMessage(bool isText, ReadOnlyMemory<byte> bytes)
    {
        IsText = isText;
        _bytes = bytes;
    }

    private WebSocketMessage(bool isText, Source<ByteString, NotUsed> source)
    {
        IsText = isText;
        Source = source;
    }

    /// <summary>Whether it is text; else it is binary.</summary>
    public bool IsText { get; }

    /// <summary>
    /// The content of one that is streamed, to be run once; null for one in memory. Until it has been read to its end,
    /// or cancelled, no other message comes. Of text: UTF-8, cut anywhere.
    /// </summary>
    public Source<ByteString, NotUsed>? Source { get; }

    /// <summary>Whether to compress it where that was agreed on; null for by size. Counts for sending.</summary>
    public bool? Compress { get; init; }

    /// <summary>The content of one in memory; of text: its UTF-8. Not copied.</summary>
    /// <exception cref="InvalidOperationException">It is streamed.</exception>
    public ReadOnlyMemory<byte> Bytes => Source is null
        ? _bytes
        : throw new InvalidOperationException("The message is streamed; read its Source.");

    /// <summary>The content of one in memory as text; of a binary one, too, with U+FFFD for what is no UTF-8.</summary>
    /// <exception cref="InvalidOperationException">It is streamed.</exception>
    public string Text => _text ??= Encoding.UTF8.GetString(Bytes.Span);

    /// <summary>A text message.</summary>
    public static WebSocketMessage Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new(isText: true, Encoding.UTF8.GetBytes(text)) { _text = text };
    }

    /// <summary>A binary message, not copied.</summary>
    public static WebSocketMessage Of(ReadOnlyMemory<byte> bytes) => new(isText: false, bytes);

    /// <summary>A text message of UTF-8, which is not copied and not checked.</summary>
    public static WebSocketMessage OfUtf8(ReadOnlyMemory<byte> text) => new(isText: true, text);

    /// <summary>A binary message that is sent as its parts come; the source is run once.</summary>
    public static WebSocketMessage Streamed(Source<ByteString, NotUsed> bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return new(isText: false, bytes);
    }

    /// <summary>A text message of UTF-8 that is sent as its parts come; the source is run once.</summary>
    public static WebSocketMessage StreamedUtf8(Source<ByteString, NotUsed> text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new(isText: true, text);
    }

    /// <summary>Type and size, for logs.</summary>
    public override string ToString() => Source is not null
        ? IsText ? "text, streamed" : "binary, streamed"
        : $"{(IsText ? "text" : "binary")} of {_bytes.Length} bytes";

    /// <summary>One in memory, with memory of its own.</summary>
    internal WebSocketMessage Copy() => new(IsText, _bytes.ToArray()) { Compress = Compress };

    internal static WebSocketMessage Of(bool isText, ReadOnlyMemory<byte> bytes) => new(isText, bytes);

    /// <summary>The message of all its pieces; at least one.</summary>
    internal static WebSocketMessage Assemble(IReadOnlyList<MessagePiece> pieces)
    {
        if (pieces.Count == 1)
            return new(pieces[0].IsText, pieces[0].Bytes);
        var all = GC.AllocateUninitializedArray<byte>(pieces.Sum(x => x.Bytes.Length));
        var at = 0;
        foreach (var piece in pieces)
        {
            piece.Bytes.Span.CopyTo(all.AsSpan(at));
            at += piece.Bytes.Length;
        }

        return new(pieces[0].IsText, all);
    }
}
