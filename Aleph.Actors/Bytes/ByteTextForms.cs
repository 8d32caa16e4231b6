using System.Runtime.CompilerServices;
using System.Text;

namespace Aleph.Actors;

/// <summary>
/// The bytes of a <see cref="ByteSource"/> as text, by <see cref="ByteOptions.Encoding"/>; characters split over
/// elements are put together.
/// </summary>
/// <remarks>All of them throw a <see cref="DecoderFallbackException"/> for bytes that are no character with <see
/// cref="ByteOptions.ThrowOnInvalid"/>, and put the encoding's replacement otherwise.</remarks>
public static class ByteTextForms
{
    /// <summary>All of it as one string.</summary>
    /// <param name="source">What to read.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ByteLimitException">There are more bytes than <see cref="ByteOptions.Limit"/>.</exception>
    /// <exception cref="InvalidOperationException">The source was read before.</exception>
    public static async ValueTask<string> ToTextAsync(
        this ByteSource source, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        var bytes = await source.ToSequenceAsync(cancellationToken).ConfigureAwait(false);
        var encoding = source.Options.EffectiveEncoding;
        return encoding.GetString(bytes.Slice(new Preamble(encoding).In(bytes)));
    }

    /// <summary>The text as it comes, each piece of at most <see cref="ByteOptions.ChunkSize"/> bytes. A surrogate pair
    /// may be split over two pieces only where the source splits it.</summary>
    /// <inheritdoc cref="ReadLinesAsync"/>
    public static async IAsyncEnumerable<string> ReadTextAsync(
        this ByteSource source, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        await foreach (var chars in TextDecoding.ReadAsync(source, cancellationToken).ConfigureAwait(false))
            yield return new string(chars.Span);
    }

    /// <summary>
    /// The lines without their endings, each as soon as its ending came. A line ends with <c>\n</c>, <c>\r\n</c> or
    /// <c>\r</c>; the last one may lack it, and an empty rest is no line.
    /// </summary>
    /// <param name="source">What to read.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    /// <exception cref="ByteLimitException">A line is longer than <see cref="ByteOptions.MaxLineLength"/>.</exception>
    /// <exception cref="InvalidOperationException">When enumerated: the source was read before.</exception>
    public static async IAsyncEnumerable<string> ReadLinesAsync(
        this ByteSource source, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        var lines = new LineGatherer(source.Options.MaxLineLength);
        await foreach (var chars in TextDecoding.ReadAsync(source, cancellationToken).ConfigureAwait(false))
        {
            var start = 0;
            while (lines.TryTake(chars.Span, ref start, out var line))
                yield return line;
        }

        if (lines.TryTakeRest(out var last))
            yield return last;
    }

    /// <summary>A reader of the text. Disposing it closes the source. Its synchronous members block their caller as
    /// those of <see cref="ByteStreamForms.AsStream"/> do.</summary>
    /// <exception cref="InvalidOperationException">The source was read before.</exception>
    public static TextReader AsTextReader(this ByteSource source)
    {
        ArgumentNullException.ThrowIfNull(source);
        return new StreamReader(
            source.AsStream(),
            source.Options.EffectiveEncoding,
            detectEncodingFromByteOrderMarks: false,
            Math.Max(128, source.Options.ChunkSize));
    }
}
