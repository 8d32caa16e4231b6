using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Conformance;

/// <summary>Peers that leave, half or whole, at any point.</summary>
public class VanishingPeerTests : IAsyncLifetime
{
    private readonly TaskCompletionSource _aborted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private HttpHost _host = null!;

    private protected virtual TcpTransport Transport => TcpTransport.Sockets;

    public static TheoryData<string, bool> Beginnings()
    {
        var data = new TheoryData<string, bool>();
        foreach (var begin in (string[])[
            "", "G", "GET / HTTP/1.1|", "GET / HTTP/1.1|Host: a|", "POST / HTTP/1.1|Host: a|Content-Length: 9||abc",
            "POST / HTTP/1.1|Host: a|Transfer-Encoding: chunked||5|ab", "GET /wait HTTP/1.1|Host: a||",
            "GET /big HTTP/1.1|Host: a||", "GET / HTTP/1.1|Host: a||GET /wai"])
        {
            data.Add(begin, true);
            data.Add(begin, false);
        }

        return data;
    }

    public async Task InitializeAsync() => _host = await HttpHost.StartAsync(AnswerAsync, HttpHost.Over(Transport));

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [MemberData(nameof(Beginnings))]
    public async Task Nothing_is_left_of_a_peer_that_leaves(string begin, bool reset)
    {
        using (var client = await RawClient.ConnectAsync(_host.EndPoint))
        {
            await client.SendAsync(RawClient.Bytes(begin));
            if (begin.Contains("/wait ", StringComparison.Ordinal) || begin.Contains("/big", StringComparison.Ordinal))
                await Pacing.UntilAsync(() => Task.FromResult(!_host.Seen.IsEmpty), "the handler ran");
            if (reset)
                client.Reset();
            else
                _aborted.TrySetResult();
        }

        await Pacing.UntilAsync(
            async () => await _host.StatisticsAsync() is
            {
                ActiveRequests: 0, BufferedBytes: 0, Connections: { Open: 0, Accepted: 1 },
            },
            "the connection was forgotten");
        await _host.AnswersAsync(Waiting.Patience);
    }

    [Fact]
    public async Task A_reset_cancels_the_handler()
    {
        using var client = await RawClient.ConnectAsync(_host.EndPoint);
        await client.SendAsync(RawClient.Bytes("GET /wait HTTP/1.1|Host: a||"));
        await Pacing.UntilAsync(() => Task.FromResult(!_host.Seen.IsEmpty), "the handler ran");
        client.Reset();
        await _aborted.Task.Within("the handler was told");
    }

    [Theory]
    [InlineData("GET /a HTTP/1.1|Host: a||GET /b HTTP/1.1|Host: a||", 2)]
    [InlineData("POST /late HTTP/1.1|Host: a|Content-Length: 3||abc", 1)]
    [InlineData("POST /late HTTP/1.1|Host: a|Transfer-Encoding: chunked||3|abc|0||", 1)]
    public async Task A_half_closed_peer_gets_its_answers_and_then_the_end(string wire, int answers)
    {
        using var client = await RawClient.ConnectAsync(_host.EndPoint);
        await client.SendAsync(RawClient.Bytes(wire));
        client.EndOutput();
        var all = await client.ReadToEndAsync();
        Assert.Equal(Enumerable.Repeat(200, answers), all.Select(x => x.Status));
        Assert.Equal(ConnectionFate.Closed, client.Fate);
    }

    [Fact]
    public async Task Requests_in_segments_of_one_byte_are_answered()
    {
        const string Wire = "GET /a HTTP/1.1|Host: a||"
            + "POST /b HTTP/1.1|Host: a|Transfer-Encoding: chunked||3;e=1|abc|0|X: y||"
            + "PUT /c HTTP/1.1|Host: a|Content-Length: 2|Connection: close||xy";
        using var client = await RawClient.ConnectAsync(_host.EndPoint);
        foreach (var value in RawClient.Bytes(Wire))
            await client.SendAsync(new[] { value });
        var all = await client.ReadToEndAsync();
        Assert.Equal(["GET /a 0", "POST /b 3", "PUT /c 2"], all.Select(x => x.Body));
    }

    private async ValueTask<HttpResponse> AnswerAsync(HttpRequest request)
    {
        switch (request.Path)
        {
            case "/wait":
                await using (request.Aborted.Register(() => _aborted.TrySetResult()))
                    await _aborted.Task;
                return HttpResponse.Text("late");
            case "/big":
                return HttpResponse.Of(HttpBody.From(new ZeroStream(100_000_000)));
            default:
                await Task.Yield();
                return await HttpHost.DescribeAsync(request);
        }
    }
}
