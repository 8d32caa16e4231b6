using System.Buffers;
using System.IO.Pipelines;
using System.Threading.Channels;

namespace Aleph.Actors;

/// <summary>The steps to and from <see cref="ByteSource"/> that everybody has.</summary>
internal static class BuiltInConversions
{
    public static IEnumerable<ByteConversion> All => [.. ToSource, .. FromSource, .. ByteStringConversions.All];

    private static ByteConversion[] ToSource =>
    [
        ByteConversion.Of<byte[], ByteSource>((x, options) => ByteSource.From(x, options)),
        ByteConversion.Of<ReadOnlyMemory<byte>, ByteSource>(ByteSource.From),
        ByteConversion.Of<Memory<byte>, ByteSource>((x, options) => ByteSource.From(x, options)),
        ByteConversion.Of<ReadOnlySequence<byte>, ByteSource>(ByteSource.From),
        ByteConversion.Of<string, ByteSource>(ByteSource.From),
        ByteConversion.Of<Stream, ByteSource>(ByteSource.From),
        ByteConversion.Of<PipeReader, ByteSource>(ByteSource.From),
        ByteConversion.Of<TextReader, ByteSource>(ByteSource.From),
        ByteConversion.Of<FileInfo, ByteSource>(ByteSource.From),
        ByteConversion.Of<ChannelReader<byte[]>, ByteSource>(ByteSource.From),
        ByteConversion.Of<ChannelReader<ReadOnlyMemory<byte>>, ByteSource>(ByteSource.From),
        ByteConversion.Of<IAsyncEnumerable<ReadOnlyMemory<byte>>, ByteSource>(ByteSource.From),
        ByteConversion.Of<IAsyncEnumerable<byte[]>, ByteSource>(ByteSource.From),
        ByteConversion.Of<IAsyncEnumerable<string>, ByteSource>(ByteSource.From),
        ByteConversion.Of<IEnumerable<byte[]>, ByteSource>(ByteSource.From),
    ];

    private static ByteConversion[] FromSource =>
    [
        ByteConversion.Of<ByteSource, byte[]>((x, _, stop) => x.ToArrayAsync(stop)),
        ByteConversion.Of<ByteSource, ReadOnlyMemory<byte>>((x, _, stop) => x.ToMemoryAsync(stop)),
        ByteConversion.Of<ByteSource, ReadOnlySequence<byte>>((x, _, stop) => x.ToSequenceAsync(stop)),
        ByteConversion.Of<ByteSource, string>((x, _, stop) => x.ToTextAsync(stop)),
        ByteConversion.Of<ByteSource, Stream>((x, _) => x.AsStream()),
        ByteConversion.Of<ByteSource, PipeReader>((x, _) => x.AsPipeReader()),
        ByteConversion.Of<ByteSource, TextReader>((x, _) => x.AsTextReader()),
        ByteConversion.Of<ByteSource, ChannelReader<ReadOnlyMemory<byte>>>((x, _) => x.AsChannelReader()),
        ByteConversion.Of<ByteSource, IAsyncEnumerable<ReadOnlyMemory<byte>>>((x, _) => x.ReadElementsAsync()),
        ByteConversion.Of<ByteSource, IAsyncEnumerable<byte[]>>((x, _) => x.ReadChunksAsync()),
        ByteConversion.Of<ByteSource, IAsyncEnumerable<string>>((x, _) => x.ReadTextAsync()),
        ByteConversion.Of<ByteSource, IEnumerable<byte[]>>((x, _) => x.ReadChunksAsync().ToBlockingEnumerable()),
    ];
}
