using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;

namespace Aleph.Actors;

/// <summary>Turns bytes that come in pieces into characters; what a piece leaves of a character waits for the
/// next.</summary>
internal sealed class TextDecoding : IDisposable
{
    private readonly Decoder _decoder;
    private readonly Preamble _preamble;
    private readonly char[] _chars;

    /// <summary>Begins a text.</summary>
    /// <param name="encoding">How bytes are characters.</param>
    /// <param name="largest">The most bytes in a piece.</param>
    public TextDecoding(Encoding encoding, int largest)
    {
        _decoder = encoding.GetDecoder();
        _preamble = new Preamble(encoding);
        // A piece may come with the beginning of what proved to be no preamble.
        _chars = ArrayPool<char>.Shared.Rent(encoding.GetMaxCharCount(largest + encoding.GetPreamble().Length));
    }

    public static async IAsyncEnumerable<ReadOnlyMemory<char>> ReadAsync(
        ByteSource source, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var text = new TextDecoding(source.Options.EffectiveEncoding, source.Options.ChunkSize);
        await foreach (var element in source.ReadElementsAsync(cancellationToken).ConfigureAwait(false))
        {
            if (text.Decode(element.Span) is { IsEmpty: false } chars)
                yield return chars;
        }

        if (text.End() is { IsEmpty: false } last)
            yield return last;
    }

    /// <summary>The characters that a piece completes; valid until the next call.</summary>
    public ReadOnlyMemory<char> Decode(ReadOnlySpan<byte> bytes)
    {
        var count = 0;
        if (!_preamble.IsDone)
        {
            bytes = bytes[_preamble.Take(bytes, out var withheld)..];
            count = _decoder.GetChars(withheld, _chars, flush: false);
        }

        count += _decoder.GetChars(bytes, _chars.AsSpan(count), flush: false);
        return _chars.AsMemory(0, count);
    }

    /// <summary>What is left when the bytes end: the replacement of half a character.</summary>
    public ReadOnlyMemory<char> End() =>
        _chars.AsMemory(0, _decoder.GetChars(_preamble.Rest, _chars, flush: true));

    public void Dispose() => ArrayPool<char>.Shared.Return(_chars);
}
