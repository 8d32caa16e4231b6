using System.Buffers;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Akka.Actor;
using Akka.Streams;
using Aleph.Actors.Http;
using Aleph.Actors.Tests.Client;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Tests.Tcp;
using Xunit;

namespace Aleph.Actors.Tests.Docs;

/// <summary>Runs the examples of docs/guide/coming-from-aleph.md.</summary>
public sealed class ComingFromAlephTests() : ClientHarness(
    "blocking { type = ForkJoinDispatcher, throughput = 1, dedicated-thread-pool.thread-count = 2 }")
{
    [Fact]
    public async Task A_server_with_the_options_of_start_server_answers()
    {
        var filter = new CountingFilter();
        await using var server = await ComingFromAlephExamples.ServeAsync(
            Sys, request => request.Path == "/" ? new(HttpResponse.Text("hi")) : throw new InvalidOperationException(),
            filter);
        using var answer = await Sys.Http().GetAsync(UrlOf(server)).Within("an answer");
        Assert.Equal("hi", await answer.ReadTextAsync());
        using var failed = await Sys.Http().GetAsync(UrlOf(server, "/boom")).Within("an answer");
        Assert.Equal("500 sorry", $"{failed.Status.Code} {await failed.ReadTextAsync()}");
        Assert.True(filter.Seen > 0, "the filter saw no byte");
    }

    [Fact]
    public async Task Blocking_handlers_run_on_the_dispatcher_named()
    {
        await using var server = await ComingFromAlephExamples.ServeBlockingAsync(Sys);
        using var answer = await Sys.Http().GetAsync(UrlOf(server)).Within("an answer");
        Assert.Equal("on the pool: False", await answer.ReadTextAsync());
    }

    [Fact]
    public async Task A_handler_that_does_not_read_gets_no_body_of_who_waits_for_100()
    {
        await using var server = await ServeAsync(ComingFromAlephExamples.ReceiveAsync);
        const string Head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n";
        using var refused = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await refused.SendAsync(Encoding.ASCII.GetBytes(Head + "\r\n"));
        Assert.StartsWith("HTTP/1.1 417 ", await refused.ReceiveTextAsync(), StringComparison.Ordinal);
        using var taken = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await taken.SendAsync(Encoding.ASCII.GetBytes(Head + "Authorization: x\r\n\r\n"));
        Assert.StartsWith("HTTP/1.1 100 ", await taken.ReceiveTextAsync(), StringComparison.Ordinal);
        await taken.SendAsync("ok"u8.ToArray());
        Assert.StartsWith("HTTP/1.1 200 ", await taken.ReceiveTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Codings_and_answers_to_bad_requests_are_replaced()
    {
        var text = new string('a', 10_000);
        await using var server = await ComingFromAlephExamples.ServeCodedAsync(Sys, _ => new(HttpResponse.Text(text)));
        var request = HttpRequest.Get(UrlOf(server)).WithHeader("Accept-Encoding", "x-gzip");
        using var coded = await Sys.Http().SendAsync(request).Within("an answer");
        Assert.Equal("x-gzip", coded.Headers["Content-Encoding"]);
        await using var decoder = new GZipStream(coded.Body.AsStream(), CompressionMode.Decompress);
        using var reader = new StreamReader(decoder);
        Assert.Equal(text, await reader.ReadToEndAsync().Within("the text"));
        using var bad = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await bad.SendAsync("GET / HTTP/1.1\r\nHost: a\r\nbad name: x\r\n\r\n"u8.ToArray());
        var refusal = await bad.ReceiveTextAsync();
        Assert.StartsWith("HTTP/1.1 400 ", refusal, StringComparison.Ordinal);
        Assert.Matches("\r\n\r\n[a-z_]+$", refusal);
    }

    [Fact]
    public async Task A_connection_of_ones_own_says_when_it_has_ended()
    {
        await using var server = await ServeAsync(_ => HttpResponse.Text("last"));
        Assert.Equal("last", await ComingFromAlephExamples.CloseAsync(Sys, UrlOf(server)).Within("the end"));
    }

    [Fact]
    public async Task An_error_status_is_read_as_JSON_and_a_step_is_for_one_request()
    {
        await using var server = await ServeAsync(request => request.Path == "/bad"
            ? HttpResponse.Json("no", status: 400)
            : HttpResponse.Text($"{request.Headers.Contains("X-Sent-At")}"));
        var client = Sys.Http().CreateClient(HttpClientSettings.Default with
        {
            Options = RequestOptions.None with { ThrowOnError = true },
        });
        var stamp = ClientExamples.Stamp();
        Assert.Equal("True", await ComingFromAlephExamples.CoerceAsync(
            client, HttpRequest.Get(UrlOf(server)), stamp).Within("an answer"));
        Assert.Equal("no", await ComingFromAlephExamples.CoerceAsync(
            client, HttpRequest.Get(UrlOf(server, "/bad")), stamp).Within("a failure"));
    }

    [Fact]
    public async Task A_pool_is_configured_and_tells_its_statistics()
    {
        await using var server = await ServeAsync(request => HttpResponse.Text(request.Headers["X-Sent-At"] ?? "none"));
        var client = ComingFromAlephExamples.Pooled(Sys, ClientExamples.Stamp());
        using (var answer = await client.GetAsync(UrlOf(server)).Within("an answer"))
            Assert.NotEqual("none", await answer.ReadTextAsync());
        ComingFromAlephExamples.Subscribe(client, UrlOf(server), TestActor);
        var statistics = await ExpectMsgAsync<HttpPoolStatistics>(Waiting.Patience);
        Assert.Equal(HttpOrigin.Of(UrlOf(server)), statistics.Origin);
        await client.CloseAsync(TimeSpan.Zero).Within("the pools closed");
    }

    [Fact]
    public void Settings_of_connections_proxies_and_resolvers_are_valid()
    {
        Assert.Empty(ComingFromAlephExamples.ConnectionOptions().Validate());
        var proxied = ComingFromAlephExamples.Proxied();
        Assert.Empty(proxied.Validate());
        Assert.Equal("proxy.test", proxied.Proxy!(new Uri("http://origin.test/"))!.Host);
        Assert.True(proxied.Proxy!(new Uri("http://localhost/")) is null or { Kind: HttpProxyKind.None });
        Assert.NotNull(ComingFromAlephExamples.Resolving(Sys).Resolver);
    }

    [Fact]
    public async Task A_request_with_the_keys_of_Aleph_says_what_they_say()
    {
        await using var server = await ServeAsync(request => request.Path == "/wait"
            ? new(new TaskCompletionSource<HttpResponse>().Task)
            : new ValueTask<HttpResponse>(
                HttpResponse.Json(new[] { request.Query, request.Headers["Authorization"] })));
        var client = Sys.Http().CreateClient();

        // The example waits for a connection for a second only: there is one already.
        (await client.GetAsync(UrlOf(server)).Within("a connection")).Dispose();
        var seen = await ComingFromAlephExamples.RequestAsync(client, UrlOf(server), new CookieStore())
            .Within("an answer");
        Assert.Equal(["tag%5B%5D=a&tag%5B%5D=b", "Basic dXNlcjpzZWNyZXQ="], seen!);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => ComingFromAlephExamples.CancelAsync(client, UrlOf(server, "/wait")).Within("the cancellation"));
        await client.CloseAsync(TimeSpan.Zero).Within("the pools closed");
    }

    [Fact]
    public async Task A_WebSocket_with_the_keys_of_Aleph_talks()
    {
        await using var server = await ServeAsync(ComingFromAlephExamples.Chat());
        var url = UrlOf(server).Replace("http:", "ws:", StringComparison.Ordinal);
        var socket = await ComingFromAlephExamples.OpenAsync(Sys, url).Within("the WebSocket");
        Assert.Equal("chat.2", socket.Info.SubProtocol);
        await socket.SendAsync("hello");
        Assert.Equal("hello", (await socket.ReceiveAsync().AsTask().Within("the echo"))!.Text);
        var end = await ComingFromAlephExamples.EndAsync(socket).Within("the close");
        Assert.True(end.IsMine);
        Assert.True(end.Time >= TimeSpan.Zero);
        Assert.Equal(4000, end.Close.Code);
    }

    [Fact]
    public async Task An_upload_is_answered_by_a_part_of_a_file()
    {
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, "0123456789");
            await using var server = await ServeAsync(x => ComingFromAlephExamples.UploadAsync(x, path));
            Assert.Equal("0123", await ClientExamples.UploadAsync(Sys.Http().Client, UrlOf(server), path)
                .Within("an answer"));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public async Task Tcp_and_udp_talk()
    {
        var filter = new CountingFilter();
        await using var server = await ComingFromAlephExamples.ServeTcpAsync(Sys, filter);
        var port = ((IPEndPoint)server.LocalEndPoint).Port;
        var answer = await ComingFromAlephExamples.ConnectAsync(Sys, "127.0.0.1", port).Within("the echo");
        Assert.Equal("hello", Encoding.ASCII.GetString(answer));
        Assert.True(filter.Seen > 0, "the filter saw no byte");
        await using var echo = await Sys.AlephUdp().ServeAsync(datagram => datagram);
        var back = await ComingFromAlephExamples.AskAsync(Sys, echo.LocalEndPoint).Within("the datagram");
        Assert.Equal("ping", Encoding.ASCII.GetString(back.Payload.Span));
    }

    [Fact]
    public async Task A_protocol_of_a_client_puts_a_filter_around_its_transport()
    {
        var inner = new CountingFilter();
        await using var server = await ComingFromAlephExamples.ServeTcpAsync(Sys, new CountingFilter());
        var ended = new TaskCompletionSource<ConnectionEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
        await Actors.TcpClient.ConnectAsync(
            Sys, server.LocalEndPoint,
            _ => new ComingFromAlephExamples.Greeting(inner, end => ended.TrySetResult(end))).Within("the connection");
        Assert.Equal(ConnectionEndReason.Completed, (await ended.Task.Within("the end")).Reason);
        Assert.Equal((5, 5), (inner.Sent, inner.Seen));
    }

    [Fact]
    public async Task A_server_describes_a_connection()
    {
        await using var server = await ComingFromAlephExamples.ServeTcpAsync(Sys, new CountingFilter());
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await client.SendAsync("x"u8.ToArray());
        Assert.Equal("x", await client.ReceiveTextAsync());
        var facts = await ComingFromAlephExamples.DescribeAsync(server).Within("a description");
        Assert.Equal(client.LocalEndPoint, facts.Info.RemoteEndPoint);
    }

    [Fact]
    public async Task Callbacks_tasks_graphs_channels_and_the_event_stream_do_what_Manifold_does()
    {
        await using var server = await Sys.Http().ServeAsync(0, ComingFromAlephExamples.CalledBack());
        var ended = 0;
        var all = await ComingFromAlephExamples.AllAsync(
            Sys.Http().Client, UrlOf(server, "/a"), UrlOf(server, "/b"), () => ended++).Within("the answers");
        Assert.Equal("/a/b", all);
        Assert.Equal(1, ended);
        var groups = await ComingFromAlephExamples.GraphAsync(Sys.Materializer()).Within("the graph");

        // Two at a time, unless a second passes before.
        Assert.All(groups, x => Assert.InRange(x.Count(), 1, 2));
        Assert.Equal("1;3;5;", string.Concat(groups.SelectMany(x => x)));
        Assert.Equal(5, await ComingFromAlephExamples.SlideAsync().Within("the channel"));
        var heard = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var subscriber = Sys.ActorOf(
            Props.Create(() => new ComingFromAlephExamples.Subscriber(x => heard.TrySetResult(x))));
        await subscriber.Ask<ActorIdentity>(new Identify(1)).Within("the subscriber started");
        Sys.EventStream.Publish("news");
        Assert.Equal("news", await heard.Task.Within("the news"));
    }

    /// <summary>Passes all on and counts it.</summary>
    private sealed class CountingFilter : IByteFilter
    {
        private long _seen;
        private long _sent;

        public long Seen => Interlocked.Read(ref _seen);

        public long Sent => Interlocked.Read(ref _sent);

        public int Inbound(ReadOnlySpan<byte> received, IBufferWriter<byte> protocol)
        {
            Interlocked.Add(ref _seen, received.Length);
            protocol.Write(received);
            return received.Length;
        }

        public void Outbound(ReadOnlySpan<byte> sent, IBufferWriter<byte> peer, bool isLast)
        {
            Interlocked.Add(ref _sent, sent.Length);
            peer.Write(sent);
        }

        public void EndOfInput(IBufferWriter<byte> protocol)
        {
        }
    }
}
