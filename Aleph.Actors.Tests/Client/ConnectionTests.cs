using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Client;

/// <summary>One connection of a client against a server that the test plays, byte by byte.</summary>
public sealed class ConnectionTests : ClientHarness
{
    [Fact]
    public async Task Sends_target_host_and_agent()
    {
        var scripted = Scripted();
        var answer = scripted.GetAsync("a%20b?c#d");
        var server = await scripted.Peers.NextAsync();
        Assert.Equal(
            "GET /a%20b?c HTTP/1.1\r\nHost: server.test\r\nUser-Agent: Aleph.Actors\r\n\r\n",
            await server.AnswerAsync("HTTP/1.1 204 Fine|X: y||"));
        using var response = await answer.Within("the answer");
        Assert.Equal(("Fine", "y"), (response.ReasonPhrase, response.Headers["x"]));
        Assert.False(response.Info!.IsDelimitedByClose);
    }

    [Fact]
    public async Task Delivers_a_head_before_its_body_and_trailers_after_it()
    {
        var scripted = Scripted();
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync("HTTP/1.1 200 OK|Transfer-Encoding: chunked||");
        using var response = await answer.Within("the head");
        Assert.Throws<InvalidOperationException>(() => response.Body.Trailers);
        var body = response.Body.ReadTextAsync().AsTask();
        await server.WriteAsync("2|he|3|llo|0|T: v||");
        Assert.Equal("hello", await body.Within("the body"));
        Assert.Equal("v", response.Body.Trailers["T"]);
        await ExpectAsync(scripted, x => x is { Idle: 1, Active: 0 }, "the connection is free");
    }

    [Fact]
    public async Task Marks_a_body_that_ends_with_the_connection_and_can_refuse_it()
    {
        var scripted = Scripted();
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync("HTTP/1.0 200 OK||hello");
        using var response = await answer.Within("the head");
        server.Peer.HalfClose();
        Assert.Equal("hello", await response.Body.ReadTextAsync().Within("the body"));
        Assert.True(response.Info!.IsDelimitedByClose);
        Assert.Equal(System.Net.HttpVersion.Version10, response.Info.Version);

        var refused = scripted.Client.SendAsync(
            HttpRequest.Get(ScriptedClient.Url).WithOptions(new RequestOptions { AllowDelimitedByClose = false }));
        await (await scripted.Peers.NextAsync()).AnswerAsync("HTTP/1.0 200 OK||hello");
        var failure = await Assert.ThrowsAsync<HttpClientException>(() => refused.Within("a failure"));
        Assert.Equal(HttpClientFailure.Protocol, failure.Failure);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK|Content-Length: 5||hel")]
    [InlineData("HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|hel")]
    [InlineData("HTTP/1.1 200 OK|Transfer-Encoding: chunked||5|hello|")]
    public async Task A_cut_body_is_an_error(string cut)
    {
        var scripted = Scripted();
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync(cut);
        using var response = await answer.Within("the head");
        server.Peer.HalfClose();
        var failure = await Assert.ThrowsAsync<HttpClientException>(
            () => response.Body.ReadBytesAsync().Within("the body's failure"));
        Assert.Equal(HttpClientFailure.ConnectionEnded, failure.Failure);
        await ExpectAsync(scripted.Client, ScriptedClient.Origin, x => x is { Open: 0, Active: 0 }, "nothing is left");
    }

    [Fact]
    public async Task Tells_of_interim_answers()
    {
        var scripted = Scripted();
        var interim = new List<string>();
        var answer = scripted.Client.SendAsync(HttpRequest.Get(ScriptedClient.Url).WithOptions(
            new RequestOptions { OnInterim = (status, headers) => interim.Add($"{status.Code} {headers["Link"]}") }));
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync("HTTP/1.1 102 x||HTTP/1.1 103 x|Link: a||HTTP/1.1 200 OK|Content-Length: 0||");
        using var response = await answer.Within("the answer");
        Assert.Equal(["102 ", "103 a"], interim);
    }

    [Fact]
    public async Task Waits_for_100_before_the_body()
    {
        var scripted = Scripted();
        var answer = scripted.Client.SendAsync(
            HttpRequest.Post(ScriptedClient.Url, HttpBody.From("hello")).WithHeader("Expect", "100-continue"));
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync("HTTP/1.1 100 Continue||");
        Assert.Equal("hello", await server.ReadAsync(5));
        await server.WriteAsync("HTTP/1.1 200 OK|Content-Length: 0||");
        using var response = await answer.Within("the answer");
        Assert.True((await scripted.StatisticsAsync()) is { Idle: 1 });
    }

    [Fact]
    public async Task Sends_no_body_after_a_final_answer_instead_of_100()
    {
        var scripted = Scripted(x => x with { ExpectContinueTimeout = TimeSpan.FromMinutes(1) });
        var answer = scripted.Client.SendAsync(
            HttpRequest.Post(ScriptedClient.Url, HttpBody.From("hello")).WithHeader("Expect", "100-continue"));
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync("HTTP/1.1 417 No|Content-Length: 0||");
        using var response = await answer.Within("the answer");
        Assert.Equal(417, response.Status.Code);
        Assert.Equal("", await server.ReadToEndAsync());
    }

    [Fact]
    public async Task Stops_an_upload_when_the_answer_is_an_error()
    {
        var scripted = Scripted();
        var upload = new Upload();
        var answer = scripted.Client.PostAsync(ScriptedClient.Url, HttpBody.From(upload.PiecesAsync()));
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync("HTTP/1.1 413 Too large|Content-Length: 2||no");
        using var response = await answer.Within("the answer");
        Assert.Equal("no", await response.Body.ReadTextAsync());
        await upload.Stopped.Within("the upload was stopped");
        await server.ReadToEndAsync();
        await ExpectAsync(scripted.Client, ScriptedClient.Origin, x => x is { Open: 0, Active: 0 }, "nothing is left");
    }

    [Theory]
    [InlineData("GET", 2), InlineData("PUT", 2), InlineData("POST", 1)]
    public async Task Sends_again_what_a_stale_connection_did_not_answer_if_twice_is_harmless(string method, int sent)
    {
        var scripted = Scripted();
        var first = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync("HTTP/1.1 204 x||");
        await first.Within("the first answer");
        var second = scripted.Client.SendAsync(HttpRequest.To(method, ScriptedClient.Url, HttpBody.From("x")));
        await server.ReadHeadAsync();
        server.Peer.HalfClose();
        if (sent == 1)
        {
            var failure = await Assert.ThrowsAsync<HttpClientException>(() => second.Within("a failure"));
            Assert.False(failure.IsUnsent);
            Assert.Equal(HttpClientFailure.ConnectionEnded, failure.Failure);
            return;
        }

        await (await scripted.Peers.NextAsync()).AnswerAsync("HTTP/1.1 204 x||");
        await second.Within("the second answer");
        Assert.Equal(1, (await scripted.StatisticsAsync()).Retried);
    }

    [Fact]
    public async Task A_new_connection_that_ends_unanswered_is_a_failure()
    {
        var scripted = Scripted();
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.ReadHeadAsync();
        server.Peer.HalfClose();
        var failure = await Assert.ThrowsAsync<HttpClientException>(() => answer.Within("a failure"));
        Assert.Equal(HttpClientFailure.ConnectionEnded, failure.Failure);
        Assert.Equal(1, scripted.Peers.Attempts);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK|Connection: close|Content-Length: 0||")]
    [InlineData("HTTP/1.0 200 OK|Content-Length: 0||")]
    [InlineData("HTTP/1.1 200 OK|Content-Length: 0||HTTP/1.1 200 OK|Content-Length: 0||")]
    [InlineData("HTTP/1.1 204 OK|Content-Length: 5||hello")]
    [InlineData("HTTP/1.1 200 OK|Content-Length: 0||octets")]
    public async Task Uses_no_connection_again_that_ends_or_is_odd(string answer)
    {
        var scripted = Scripted();
        var first = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync(answer);
        await first.Within("the first answer");
        var second = scripted.GetAsync();
        await (await scripted.Peers.NextAsync()).AnswerAsync("HTTP/1.1 204 x||");
        await second.Within("the second answer");
        Assert.Equal("", await server.ReadToEndAsync());
    }

    [Fact]
    public async Task Uses_no_connection_again_that_sent_a_body_after_HEAD()
    {
        var scripted = Scripted();
        var first = scripted.Client.HeadAsync(ScriptedClient.Url);
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync("HTTP/1.1 200 OK|Content-Length: 5||hello");
        using (var response = await first.Within("the first answer"))
            Assert.Equal("", await response.ReadTextAsync());
        var second = scripted.GetAsync();
        await (await scripted.Peers.NextAsync()).AnswerAsync("HTTP/1.1 204 x||");
        await second.Within("the second answer");
        Assert.Equal("", await server.ReadToEndAsync());
    }

    [Fact]
    public async Task An_answer_before_the_request_breaks_the_connection_and_costs_no_request()
    {
        var scripted = Scripted(x => x with { MinConnections = 1 });
        var first = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync("HTTP/1.1 204 x||");
        await first.Within("the first answer");
        await server.WriteAsync("HTTP/1.1 200 OK|Content-Length: 5||wrong");
        var next = await scripted.Peers.NextAsync();
        var second = scripted.GetAsync();
        await next.AnswerAsync("HTTP/1.1 200 OK|Content-Length: 5||right");
        using var response = await second.Within("the second answer");
        Assert.Equal("right", await response.Body.ReadTextAsync());
    }

    [Fact]
    public async Task Hands_an_upgraded_connection_over_with_what_came_already()
    {
        var scripted = Scripted();
        var answer = scripted.Client.SendAsync(HttpRequest.Get(ScriptedClient.Url)
            .WithHeader("Connection", "Upgrade").WithHeader("Upgrade", "echo"));
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync("HTTP/1.1 101 Switching Protocols|Connection: Upgrade|Upgrade: echo||early");
        using var response = await answer.Within("the answer");
        await using var tunnel = response.Info!.Tunnel!;
        var read = await tunnel.Input.ReadAtLeastAsync(5).AsTask().Within("early bytes");
        Assert.Equal("early", System.Text.Encoding.ASCII.GetString(read.Buffer.FirstSpan));
        tunnel.Input.AdvanceTo(read.Buffer.End);
        await tunnel.Output.WriteAsync("back"u8.ToArray());
        Assert.Equal("back", await server.ReadAsync(4));
        Assert.True((await scripted.StatisticsAsync()) is { Open: 0, Active: 0 });
    }

    [Fact]
    public async Task Refuses_a_switch_that_was_not_offered()
    {
        var scripted = Scripted();
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync("HTTP/1.1 101 Switching Protocols|Connection: Upgrade|Upgrade: echo||");
        var failure = await Assert.ThrowsAsync<HttpClientException>(() => answer.Within("a failure"));
        Assert.Equal("unexpected_upgrade", failure.Error?.Code);
    }

    private sealed class Upload
    {
        private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Stopped => _stopped.Task;

        public async IAsyncEnumerable<ReadOnlyMemory<byte>> PiecesAsync()
        {
            try
            {
                while (true)
                {
                    await Task.Yield();
                    yield return new byte[1000];
                }
            }
            finally
            {
                _stopped.TrySetResult();
            }
        }
    }
}
