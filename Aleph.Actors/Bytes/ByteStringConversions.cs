using Akka;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;

namespace Aleph.Actors;

/// <summary>Conversions from and to Akka.Streams.</summary>
public static class ByteStringConversions
{
    internal static IEnumerable<ByteConversion> All =>
    [
        ByteConversion.Of<ByteString, ByteSource>((x, options) => x.ToByteSource(options)),
        ByteConversion.Of<ByteSource, ByteString>((x, _, stop) => x.ToByteStringAsync(stop)),
        ByteConversion.Of<ByteSource, Source<ByteString, NotUsed>>((x, _) => x.AsSource()),
    ];

    /// <summary>These conversions, and from sources of byte strings.</summary>
    /// <param name="conversions">What to add to.</param>
    /// <param name="materializer">What runs a source when it is read.</param>
    public static ByteConversions WithStreams(this ByteConversions conversions, IMaterializer materializer)
    {
        ArgumentNullException.ThrowIfNull(conversions);
        ArgumentNullException.ThrowIfNull(materializer);
        return conversions.With<Source<ByteString, NotUsed>, ByteSource>(
            (source, options, _) => new(source.ToByteSource(materializer, options)));
    }
}
