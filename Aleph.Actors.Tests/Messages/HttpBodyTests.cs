using System.Text;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;
using HttpProtocolException = Aleph.Actors.Http.HttpProtocolException;

namespace Aleph.Actors.Tests.Messages;

public class HttpBodyTests
{
    [Fact]
    public async Task Reads_bytes_as_text_and_as_a_stream()
    {
        Assert.Equal("h\u00e9", await HttpBody.From("h\u00e9").ReadTextAsync());
        Assert.Equal("h\u00e9",
            await HttpBody.From("h\u00e9", Encoding.Latin1).ReadTextAsync(encoding: Encoding.Latin1));
        await using var stream = HttpBody.From("abc").AsStream();
        Assert.Equal("abc", await new StreamReader(stream).ReadToEndAsync());
    }

    [Fact]
    public void Knows_its_length_where_it_can()
    {
        Assert.Equal(0, HttpBody.Empty.Length);
        Assert.True(HttpBody.From("").IsEmpty);
        Assert.Equal(3, HttpBody.From("abc").Length);
        Assert.Null(HttpBody.From(new MemoryStream([1])).Length);
        Assert.Equal(1, HttpBody.From(new MemoryStream([1]), 1).Length);
        Assert.False(HttpBody.From(Elements("a")).IsEmpty);
    }

    [Fact]
    public async Task Bytes_made_here_can_be_read_again()
    {
        var body = HttpBody.From("abc");
        Assert.Equal("abc", await body.ReadTextAsync());
        Assert.Equal("abc", await body.ReadTextAsync());
    }

    [Fact]
    public async Task A_stream_can_be_read_once_and_the_second_time_says_why_not()
    {
        var body = HttpBody.From(new MemoryStream([1, 2, 3]));
        Assert.Equal(3, (await body.ReadBytesAsync()).Length);
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(async () => await body.ReadBytesAsync());
        Assert.Contains("used before", fault.Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => body.AsStream());
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(2, false)]
    [InlineData(0, false)]
    public async Task Reads_up_to_the_limit_and_not_a_byte_more(long limit, bool fits)
    {
        foreach (var body in (HttpBody[])[HttpBody.From("abc"), HttpBody.From(Elements("a", "bc")), Stream("abc")])
        {
            if (fits)
            {
                Assert.Equal("abc", await body.ReadTextAsync(limit));
                continue;
            }

            var fault = await Assert.ThrowsAsync<HttpProtocolException>(async () => await body.ReadBytesAsync(limit));
            Assert.Equal(413, fault.Error.Status.Code);
            Assert.Contains($"{limit} bytes", fault.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Reads_elements_as_they_are()
    {
        var read = new List<string>();
        await foreach (var element in HttpBody.From(Elements("a", "", "bc")).ReadElementsAsync())
            read.Add(Encoding.UTF8.GetString(element.Span));
        Assert.Equal(["a", "", "bc"], read);
    }

    [Fact]
    public async Task Disposes_its_stream_at_the_end_and_when_it_is_left()
    {
        foreach (var readAll in (bool[])[true, false])
        {
            var stream = new TellingStream();
            await foreach (var _ in HttpBody.From(stream).ReadElementsAsync())
            {
                if (!readAll)
                    break;
            }

            await stream.Disposed.Within("the stream was disposed");
        }
    }

    [Fact]
    public async Task A_body_that_nobody_wants_disposes_its_stream()
    {
        var stream = new TellingStream();
        HttpBody.From(stream).Discard();
        await stream.Disposed.Within("the stream was disposed");
    }

    [Fact]
    public void The_stream_face_refuses_what_would_block()
    {
        using var stream = HttpBody.From("abc").AsStream();
        Assert.Throws<NotSupportedException>(() => stream.Read(new byte[1], 0, 1));
        Assert.Throws<NotSupportedException>(() => stream.Write([1], 0, 1));
        Assert.Throws<NotSupportedException>(() => stream.Length);
    }

    [Fact]
    public void Refuses_a_negative_length() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => HttpBody.From(new MemoryStream(), -1));

    private static HttpBody Stream(string text) => HttpBody.From(new MemoryStream(Encoding.UTF8.GetBytes(text)));

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> Elements(params string[] elements)
    {
        foreach (var element in elements)
        {
            await Task.Yield();
            yield return Encoding.UTF8.GetBytes(element);
        }
    }

    private sealed class TellingStream() : MemoryStream(new byte[100_000])
    {
        private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Disposed => _disposed.Task;

        protected override void Dispose(bool disposing)
        {
            _disposed.TrySetResult();
            base.Dispose(disposing);
        }
    }
}
