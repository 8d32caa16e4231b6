using System.Text;
using System.Threading.Channels;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Messages;

public sealed class PushedBodyTests
{
    [Fact]
    public async Task What_is_written_arrives_and_the_body_ends_with_the_function()
    {
        var body = HttpBody.Write(async (writer, _) =>
        {
            for (var i = 0; i < 3; i++)
                await writer.WriteAsync(Encoding.ASCII.GetBytes($"{i};"), CancellationToken.None);
            Encoding.ASCII.GetBytes("unflushed", writer);
        });
        Assert.Equal("0;1;2;unflushed", await body.ReadTextAsync());
        Assert.Null(body.Length);
    }

    [Fact]
    public async Task A_write_waits_until_the_one_before_it_was_taken()
    {
        var written = 0;
        var body = HttpBody.Write(async (writer, aborted) =>
        {
            for (; written < 100; written++)
                await writer.WriteAsync(new byte[10], aborted);
        });
        await using var elements = body.ReadElementsAsync().GetAsyncEnumerator();
        Assert.True(await elements.MoveNextAsync().Within("the first element"));
        Assert.Equal(0, written);
    }

    [Fact]
    public async Task A_function_that_fails_fails_the_reader()
    {
        var body = HttpBody.Write((_, _) => throw new InvalidOperationException("boom"));
        var fault = await Assert.ThrowsAsync<InvalidOperationException>(() => body.ReadBytesAsync().AsTask());
        Assert.Equal("boom", fault.Message);
    }

    [Fact]
    public async Task Giving_the_body_up_ends_a_function_that_looks_at_nothing()
    {
        var ended = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        var body = HttpBody.Write(async (writer, _) =>
        {
            try
            {
                while (true)
                    await writer.WriteAsync(new byte[10], CancellationToken.None);
            }
            catch (OperationCanceledException cause)
            {
                ended.SetResult(cause);
                throw;
            }
        });
        await foreach (var _ in body.ReadElementsAsync())
            break;
        await ended.Task.Within("the function ended");
    }

    [Fact]
    public async Task What_is_written_to_a_channel_arrives_until_it_completes()
    {
        var bytes = Channel.CreateBounded<ReadOnlyMemory<byte>>(1);
        var texts = Channel.CreateUnbounded<string>();
        var body = HttpBody.From(bytes, 3).ReadTextAsync();
        foreach (var text in new[] { "a", "b", "c" })
        {
            await bytes.Writer.WriteAsync(Encoding.ASCII.GetBytes(text)).Within("room");
            await texts.Writer.WriteAsync(text + "ä");
        }

        bytes.Writer.Complete();
        texts.Writer.Complete();
        Assert.Equal("abc", await body.Within("all bytes"));
        Assert.Equal("aäbäcä", await HttpBody.From(texts).ReadTextAsync());
        Assert.Equal(
            [97, 228],
            (await HttpBody.From(Filled("aä"), Encoding.Latin1).ReadBytesAsync()).ToArray());
    }

    [Fact]
    public async Task A_channel_that_completes_with_an_error_fails_the_reader_and_one_given_up_tells_its_writer()
    {
        var failed = Filled("x", new InvalidDataException("broken"));
        await Assert.ThrowsAsync<InvalidDataException>(async () => await HttpBody.From(failed).ReadTextAsync());

        var left = Channel.CreateBounded<string>(1);
        await left.Writer.WriteAsync("x");
        var waiting = left.Writer.WriteAsync("y").AsTask();
        await foreach (var _ in HttpBody.From(left).ReadElementsAsync())
            break;
        await waiting.Within("the second write found room");
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await left.Writer.WriteAsync("z"));

        var unsent = Channel.CreateBounded<string>(1);
        HttpResponse.Of(HttpBody.From(unsent)).Dispose();
        Assert.False(unsent.Writer.TryWrite("x"));
    }

    [Fact]
    public async Task A_client_that_leaves_closes_the_channel_and_one_that_does_not_read_holds_writers_back()
    {
        var channel = Channel.CreateBounded<ReadOnlyMemory<byte>>(1);
        await using var host = await HttpHost.StartAsync(_ => new(HttpResponse.Of(HttpBody.From(channel))));
        using var client = await Pacing.ConnectNarrowAsync(host.EndPoint);
        await client.SendAsync(RawClient.Bytes("GET / HTTP/1.1|Host: a||"));
        var written = 0L;
        var writing = WriteAsync();
        await client.ReadResponseAsync(toHead: true).Within("the head");
        await Pacing.UntilQuietAsync(() => Interlocked.Read(ref written));
        Assert.InRange(Interlocked.Read(ref written), 1, 32 * 1024 * 1024);
        client.Reset();
        await Assert.ThrowsAsync<OperationCanceledException>(() => writing.Within("the writer was told"));

        async Task WriteAsync()
        {
            while (true)
            {
                await channel.Writer.WriteAsync(new byte[64 * 1024]);
                Interlocked.Add(ref written, 64 * 1024);
            }
        }
    }

    [Fact]
    public async Task The_token_fires_when_the_client_leaves()
    {
        var aborted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var host = await HttpHost.StartAsync(_ => new(HttpResponse.Of(HttpBody.Write(async (writer, left) =>
        {
            left.Register(aborted.SetResult);
            await writer.WriteAsync("begin"u8.ToArray(), left);
            await Task.Delay(Timeout.Infinite, left);
        }))));
        using (var client = await RawClient.ConnectAsync(host.EndPoint))
        {
            await client.SendAsync(RawClient.Bytes("GET / HTTP/1.1|Host: a||"));
            await client.ReadResponseAsync(toHead: true).Within("the head");
            client.Reset();
        }

        await aborted.Task.Within("the function was told that the client left");
    }

    [Fact]
    public async Task A_client_that_does_not_read_stops_the_function_and_not_the_server()
    {
        var written = 0L;
        await using var host = await HttpHost.StartAsync(request => new(request.Path == "/alive"
            ? HttpResponse.Text("yes")
            : HttpResponse.Of(HttpBody.Write(async (writer, left) =>
            {
                while (true)
                {
                    await writer.WriteAsync(new byte[64 * 1024], left);
                    Interlocked.Add(ref written, 64 * 1024);
                }
            }))));
        using var client = await RawClient.ConnectAsync(host.EndPoint);
        await client.SendAsync(RawClient.Bytes("GET / HTTP/1.1|Host: a||"));
        await Pacing.UntilAsync(() => Task.FromResult(Interlocked.Read(ref written) > 0), "the function wrote");
        await Pacing.UntilQuietAsync(() => Interlocked.Read(ref written));

        // What the kernel holds on both sides of a loopback connection, at most, and our own buffers.
        Assert.InRange(Interlocked.Read(ref written), 1, 32 * 1024 * 1024);
        await host.AnswersAsync(Waiting.Limit);
    }

    [Fact]
    public async Task A_function_that_fails_midway_cuts_the_answer_so_that_the_client_can_tell()
    {
        await using var host = await HttpHost.StartAsync(_ => new(HttpResponse.Of(HttpBody.Write(async (writer, left) =>
        {
            await writer.WriteAsync("half"u8.ToArray(), left);
            throw new InvalidOperationException("boom");
        }))));
        using var client = new HttpClient();

        // With the head, after it, or instead of it, as the reset overtakes what was sent.
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetStringAsync(host.Uri).Within("the end"));
    }

    private static Channel<string> Filled(string text, Exception? error = null)
    {
        var channel = Channel.CreateUnbounded<string>();
        channel.Writer.TryWrite(text);
        channel.Writer.Complete(error);
        return channel;
    }
}
