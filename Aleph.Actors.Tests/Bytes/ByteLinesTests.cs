using System.Text;
using Aleph.Actors.Tests.Support;
using Xunit;
using Channel = System.Threading.Channels.Channel;

namespace Aleph.Actors.Tests.Bytes;

public sealed class ByteLinesTests
{
    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("\n")]
    [InlineData("\r")]
    [InlineData("\r\n")]
    [InlineData("\n\r")]
    [InlineData("\r\r\n\n")]
    [InlineData("a\nbc\r\nd\re")]
    [InlineData("a\r\n\r\n\rb\n")]
    [InlineData("é\r\n€\n")]
    public async Task Lines_end_as_a_text_reader_ends_them_in_every_cut(string text)
    {
        var expected = new List<string>();
        using (var reader = new StringReader(text))
        {
            while (reader.ReadLine() is { } line)
                expected.Add(line);
        }

        var bytes = Encoding.UTF8.GetBytes(text);
        for (var first = 0; first <= bytes.Length; first++)
        {
            for (var second = first; second <= bytes.Length; second++)
            {
                var source = ByteSource.From([bytes[..first], bytes[first..second], bytes[second..]]);
                Assert.Equal(expected, await source.ReadLinesAsync().ToListAsync());
            }
        }
    }

    [Fact]
    public async Task A_line_is_there_as_soon_as_its_ending_came()
    {
        var channel = Channel.CreateUnbounded<byte[]>();
        await using var lines = ByteSource.From(channel.Reader).ReadLinesAsync().GetAsyncEnumerator();

        foreach (var line in new[] { "one\n", "two\r", "\nthree\r\n" })
        {
            await channel.Writer.WriteAsync(Encoding.ASCII.GetBytes(line));
            Assert.True(await lines.MoveNextAsync().Within($"{line} was a line"));
            Assert.Equal(line.Trim(), lines.Current);
        }
    }

    [Theory]
    [InlineData("12345\n12345")]
    [InlineData("12345\r\n\n")]
    public async Task A_line_of_the_maximum_length_is_read_and_a_longer_one_is_not(string text)
    {
        foreach (var size in new[] { 1, 2, 100 })
        {
            var options = ByteOptions.Default with { MaxLineLength = 5, ChunkSize = size };
            Assert.Equal("12345", await ByteSource.From(text, options).ReadLinesAsync().FirstAsync());

            var source = ByteSource.From(text, options with { MaxLineLength = 4 });
            var thrown = await Assert.ThrowsAsync<ByteLimitException>(
                async () => await source.ReadLinesAsync().ToListAsync());
            Assert.Equal(4, thrown.Limit);
            Assert.Contains("MaxLineLength", thrown.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_line_without_end_fails_before_its_end()
    {
        var options = ByteOptions.Default with { MaxLineLength = 100 };
        var stream = new ProbeStream(new byte[101]) { Waits = true };
        var lines = ByteSource.From(stream, options).ReadLinesAsync().ToListAsync();

        await Assert.ThrowsAsync<ByteLimitException>(
            () => lines.Within("a line that is too long was refused before more came"));
        Assert.Equal(1, stream.Disposals);
    }

    [Fact]
    public async Task Lines_are_written_with_the_ending_asked_for()
    {
        var options = ByteOptions.Default with { LineEnding = "\r\n" };

        Assert.Equal("a\r\n\r\nb\r\n"u8.ToArray(),
            await ByteSource.FromLines(new[] { "a", "", "b" }.ToAsyncEnumerable(), options).ToArrayAsync());
    }
}
