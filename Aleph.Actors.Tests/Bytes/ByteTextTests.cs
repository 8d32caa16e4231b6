using System.Text;
using Xunit;

namespace Aleph.Actors.Tests.Bytes;

/// <summary>Text in every cut. Shift-JIS and other code pages need data that invariant globalization leaves
/// out.</summary>
public sealed class ByteTextTests
{
    // One, two, three and four bytes in UTF-8; the last is a surrogate pair in UTF-16.
    private const string Text = "aé€😀z";

    public static TheoryData<string> Encodings() => ["utf-8", "utf-16", "utf-16BE", "utf-32", "iso-8859-1"];

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Characters_split_over_elements_are_put_together(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        var text = name == "iso-8859-1" ? "aéz" : Text;
        var bytes = encoding.GetBytes(text);
        foreach (var pieces in Cuts(bytes))
            await ReadsAsEveryForm(pieces, text, ByteOptions.Default with { Encoding = encoding });
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task A_preamble_is_dropped_where_the_encoding_has_one_and_never_written(string name)
    {
        var options = ByteOptions.Default with { Encoding = Encoding.GetEncoding(name) };
        var bytes = await ByteSource.From("az", options).ToArrayAsync();
        Assert.Equal(options.Encoding.GetBytes("az"), bytes);

        foreach (var pieces in Cuts([.. options.Encoding.GetPreamble(), .. bytes]))
            await ReadsAsEveryForm(pieces, "az", options);
    }

    [Fact]
    public async Task The_default_encoding_leaves_a_mark_where_it_is()
    {
        foreach (var pieces in Cuts(Encoding.UTF8.GetBytes("\uFEFFa")))
            await ReadsAsEveryForm(pieces, "\uFEFFa", ByteOptions.Default);
    }

    [Fact]
    public async Task What_only_begins_like_a_preamble_is_text()
    {
        var options = ByteOptions.Default with { Encoding = Encoding.UTF8 };
        foreach (var bytes in new byte[][] { [0xEF, 0xBB], [0xEF, 0xBB, 0x41], [0xEF], [0xEF, 0xBB, 0xBE] })
        {
            foreach (var pieces in Cuts(bytes))
                await ReadsAsEveryForm(pieces, Encoding.UTF8.GetString(bytes), options);
        }
    }

    [Fact]
    public async Task Invalid_bytes_are_replaced_in_every_cut_as_in_one_piece()
    {
        byte[][] invalid = [[0x61, 0xFF, 0x62], [0xE2, 0x82], [0xC3], [0xE2, 0x82, 0x41], [0x80, 0xF0]];
        foreach (var bytes in invalid)
        {
            foreach (var pieces in Cuts(bytes))
                await ReadsAsEveryForm(pieces, Encoding.UTF8.GetString(bytes), ByteOptions.Default);
        }
    }

    [Fact]
    public async Task Invalid_bytes_throw_where_asked()
    {
        var options = ByteOptions.Default with { ThrowOnInvalid = true };
        foreach (var bytes in new byte[][] { [0x61, 0xFF, 0x62], [0xE2, 0x82] })
        {
            foreach (var pieces in Cuts(bytes))
            {
                foreach (var form in Forms)
                {
                    await Assert.ThrowsAsync<DecoderFallbackException>(() => form(Source(pieces, options), options));
                }
            }
        }
    }

    [Fact]
    public async Task Half_a_surrogate_pair_throws_where_asked_and_is_replaced_otherwise()
    {
        var strict = ByteOptions.Default with { ThrowOnInvalid = true };
        Assert.Throws<EncoderFallbackException>(() => ByteSource.From("\uD83D", strict));
        await Assert.ThrowsAsync<EncoderFallbackException>(
            async () => await ByteSource.From(new StringReader("\uD83D"), strict).ToArrayAsync());

        Assert.Equal("\uFFFD"u8.ToArray(), await ByteSource.From(new StringReader("\uD83D")).ToArrayAsync());
    }

    [Theory]
    [MemberData(nameof(Encodings))]
    public async Task Text_in_pieces_is_encoded_as_in_one(string name)
    {
        var encoding = Encoding.GetEncoding(name);
        var text = name == "iso-8859-1" ? "aéz" : Text;
        for (var cut = 0; cut <= text.Length; cut++)
        {
            var options = ByteOptions.Default with { Encoding = encoding, ChunkSize = 1 + cut };
            var pieces = new[] { text[..cut], text[cut..] }.ToAsyncEnumerable();

            Assert.Equal(encoding.GetBytes(text), await ByteSource.From(pieces, options).ToArrayAsync());
            Assert.Equal(
                encoding.GetBytes(text), await ByteSource.From(new StringReader(text), options).ToArrayAsync());
        }
    }

    private static Func<ByteSource, ByteOptions, Task<string>>[] Forms { get; } =
    [
        async (source, _) => await source.ToTextAsync(),
        async (source, _) => string.Concat(await source.ReadTextAsync().ToListAsync()),
        async (source, _) => string.Concat(await source.ReadLinesAsync().ToListAsync()),
        async (source, _) =>
        {
            using var reader = source.AsTextReader();
            return await reader.ReadToEndAsync();
        },
        async (source, options) =>
        {
            var writer = new StringWriter();
            await source.TransferToAsync(ByteSink.To(writer, options));
            return writer.ToString();
        },
    ];

    private static async Task ReadsAsEveryForm(byte[][] pieces, string text, ByteOptions options)
    {
        foreach (var form in Forms)
            Assert.Equal(text, await form(Source(pieces, options), options));
        Assert.Equal(text, await ByteSource.From(Sequences.Of(pieces), options).ToTextAsync());
    }

    private static ByteSource Source(byte[][] pieces, ByteOptions options) => ByteSource.From([.. pieces], options);

    // Whole, byte by byte, and in three at every two places.
    private static IEnumerable<byte[][]> Cuts(byte[] bytes)
    {
        yield return [.. bytes.Chunk(1)];
        for (var first = 0; first <= bytes.Length; first++)
        {
            for (var second = first; second <= bytes.Length; second++)
                yield return [bytes[..first], bytes[first..second], bytes[second..]];
        }
    }
}
