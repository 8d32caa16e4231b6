using System.IO.Compression;

namespace Aleph.Actors.Http;

/// <summary>
/// A content coding (RFC 9110 8.4.1): its name, and streams that encode and decode. Make one for a coding of your own,
/// such as zstd. Immutable.
/// </summary>
public sealed class HttpCodec
{
    private readonly Func<Stream, CompressionLevel, Stream> _encode;
    private readonly Func<Stream, Stream> _decode;

    /// <summary>Makes a codec.</summary>
    /// <param name="name">The name of the coding, a token; case does not matter.</param>
    /// <param name="encode">A stream to write to, which writes encoded to the one given. Its Flush must write out all
    /// that it was given, and its Dispose the end.</param>
    /// <param name="decode">A stream to read from asynchronously, which reads encoded from the one given, and throws an
    /// <see cref="InvalidDataException"/> where that is malformed or ends early.</param>
    /// <exception cref="ArgumentException">The name is not a token, or means no coding.</exception>
    public HttpCodec(string name, Func<Stream, CompressionLevel, Stream> encode, Func<Stream, Stream> decode)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(encode);
        ArgumentNullException.ThrowIfNull(decode);
        Name = name.ToLowerInvariant();
        if (!FieldSyntax.IsToken(name) || Name is "identity" or "*")
            throw new ArgumentException($"\"{FieldSyntax.Escape(name)}\" is not the name of a coding.", nameof(name));
        _encode = encode;
        _decode = decode;
    }

    /// <summary>Brotli, <c>br</c> (RFC 7932).</summary>
    public static HttpCodec Brotli { get; } = new(
        "br", (output, level) => new BrotliStream(output, level), input => new BrotliStream(
            input, CompressionMode.Decompress))
    { TakesCutForEnd = true };

    /// <summary><c>gzip</c> (RFC 1952).</summary>
    public static HttpCodec Gzip { get; } = new(
        "gzip", (output, level) => new GZipStream(output, level), input => new GZipStream(
            input, CompressionMode.Decompress))
    { TakesCutForEnd = true };

    /// <summary><c>deflate</c>, in the zlib format that HTTP means by it (RFC 1950, RFC 9110 8.4.1.2).</summary>
    public static HttpCodec Deflate { get; } = new(
        "deflate", (output, level) => new ZLibStream(output, level), input => new ZLibStream(
            input, CompressionMode.Decompress))
    { TakesCutForEnd = true };

    /// <summary>The name of the coding, in lower case.</summary>
    public string Name { get; }

    /// <summary>
    /// Whether <see cref="Decode"/> does not notice that its source was cut off, as the streams of the BCL do not.
    /// </summary>
    internal bool TakesCutForEnd { get; private init; }

    internal Stream Encode(Stream output, CompressionLevel level) => _encode(output, level);

    internal Stream Decode(Stream input) => _decode(input);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
