using Aleph.Actors.Http;
using Aleph.Actors.Tests.Support;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace Aleph.Actors.Tests.Client;

/// <summary>Each phase's time limit on a clock that only the test moves: its exception, and that its slot is
/// free.</summary>
public sealed class TimeoutTests : ClientHarness
{
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public async Task The_queue_timeout()
    {
        var scripted = Timed(x => x with { MaxConnections = 1 });
        var first = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.ReadHeadAsync();
        var second = scripted.GetAsync();
        await ExpectAsync(scripted.Client, ScriptedClient.Origin, x => x.Queued == 1, "the second waits");
        var failure = await Passes<QueueTimeoutException>(second, TimeSpan.FromSeconds(30));
        Assert.True(failure.IsUnsent);
        await server.WriteAsync("HTTP/1.1 204 x||");
        await first.Within("the first answer");
        await ExpectFree(scripted, 1);
    }

    [Fact]
    public async Task The_connect_timeout()
    {
        var scripted = Scripted(x => x with
        {
            Transport = async cancellation =>
            {
                await Task.Delay(Timeout.Infinite, cancellation);
                return null!;
            },
            Tcp = TcpClientSettings.Default with { Time = _clock },
            QueueTimeout = null,
        });
        await Passes<ConnectTimeoutException>(scripted.GetAsync(), TimeSpan.FromSeconds(10));
        await ExpectFree(scripted, 0);
    }

    [Fact]
    public async Task The_response_timeout()
    {
        var scripted = Timed();
        var answer = scripted.GetAsync();
        await (await scripted.Peers.NextAsync()).ReadHeadAsync();
        var failure = await Passes<ResponseTimeoutException>(answer, TimeSpan.FromSeconds(100));
        Assert.False(failure.IsUnsent);
        await ExpectFree(scripted, 0);
    }

    [Fact]
    public async Task The_read_timeout()
    {
        var scripted = Timed();
        var answer = scripted.GetAsync();
        await (await scripted.Peers.NextAsync()).AnswerAsync("HTTP/1.1 200 OK|Content-Length: 9||hello");
        using var response = await answer.Within("the head");
        await Passes<ReadTimeoutException>(response.Body.ReadBytesAsync().AsTask(), TimeSpan.FromSeconds(60));
        await ExpectFree(scripted, 0);
    }

    [Fact]
    public async Task The_send_timeout()
    {
        var scripted = Timed(options: new MemoryTransportOptions { Capacity = 1024 });
        var answer = scripted.Client.PostAsync(ScriptedClient.Url, HttpBody.From(new byte[10_000]));
        await (await scripted.Peers.NextAsync()).ReadHeadAsync();
        await Passes<SendTimeoutException>(answer, TimeSpan.FromSeconds(30));
        await ExpectFree(scripted, 0);
    }

    [Fact]
    public async Task A_head_of_one_byte_a_second_takes_too_long()
    {
        var scripted = Timed();
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.ReadHeadAsync();
        await server.WriteAsync("HTTP/1.1 200 OK|X: ");
        for (var second = 0; second < 90; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await server.WriteAsync("x");
        }

        await Passes<ResponseTimeoutException>(answer, TimeSpan.FromSeconds(10));
        await ExpectFree(scripted, 0);
    }

    [Fact]
    public async Task A_body_of_one_byte_a_second_ends_with_the_timeout_of_the_whole_request()
    {
        var scripted = Timed(x => x with { RequestTimeout = TimeSpan.FromSeconds(200) });
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync("HTTP/1.1 200 OK|Content-Length: 1000||");
        using var response = await answer.Within("the head");
        await using var body = response.Body.AsStream();
        for (var second = 0; second < 190; second++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await server.WriteAsync("x");

            // A clock that ran ahead of the bytes would make a pause of them.
            await body.ReadExactlyAsync(new byte[1]).Within("a byte of the body");
        }

        await Passes<RequestTimeoutException>(body.CopyToAsync(Stream.Null), TimeSpan.FromSeconds(10));
        await ExpectFree(scripted, 0);
    }

    [Fact]
    public async Task The_timeout_of_TLS()
    {
        var peers = new ScriptedPeers(MemoryTransportOptions.Default);
        var client = Sys.Http().CreateClient(HttpPoolSettings.Default with
        {
            Transport = peers.ConnectAsync,
            MaxConnections = 1,
            QueueTimeout = null,
            Tcp = TcpClientSettings.Default with
            {
                Time = _clock,
                ConnectTimeout = TimeSpan.FromMinutes(1),
                Tls = TlsClientSettings.Default with { HandshakeTimeout = TimeSpan.FromSeconds(10) },
            },
        });
        var answer = client.GetAsync("https://server.test/");
        var server = await peers.NextAsync();
        Assert.Equal("\u0016\u0003", await server.ReadAsync(2));
        var failure = await Passes<TlsTimeoutException>(answer, TimeSpan.FromSeconds(10));
        Assert.True(failure.IsUnsent);
        await ExpectAsync(
            client, HttpOrigin.Of("https://server.test/"), x => x is { Open: 0, Active: 0, Queued: 0, Connecting: 0 },
            "the slot is free");
    }

    [Theory]
    [InlineData("http"), InlineData("socks5")]
    public async Task The_timeout_of_a_proxy(string kind)
    {
        var peers = new ScriptedPeers(MemoryTransportOptions.Default);
        var proxy = HttpProxy.Of($"{kind}://proxy.test") with { Tunnel = true };
        var client = Sys.Http().CreateClient(HttpClientSettings.Default with
        {
            Proxy = _ => proxy,
            Pool = HttpPoolSettings.Default with
            {
                Transport = peers.ConnectAsync,
                QueueTimeout = null,
                Tcp = TcpClientSettings.Default with { Time = _clock, ConnectTimeout = TimeSpan.FromMinutes(1) },
            },
        });
        var answer = client.GetAsync(ScriptedClient.Url);
        await (await peers.NextAsync()).ReadAsync(1);
        await Passes<ProxyTimeoutException>(answer, TimeSpan.FromSeconds(10));
        await ExpectAsync(
            new ScriptedClient(client, peers, proxy), x => x is { Open: 0, Active: 0, Queued: 0, Connecting: 0 },
            "the slot is free");
    }

    [Theory]
    [InlineData(false), InlineData(true)]
    public async Task The_timeout_of_the_whole_request(bool hasHead)
    {
        var scripted = Timed();
        var answer = scripted.Client.SendAsync(HttpRequest.Get(ScriptedClient.Url).WithOptions(
            new RequestOptions { Timeout = TimeSpan.FromSeconds(5) }));
        var server = await scripted.Peers.NextAsync();
        await server.ReadHeadAsync();
        if (!hasHead)
        {
            await Passes<RequestTimeoutException>(answer, TimeSpan.FromSeconds(5));
        }
        else
        {
            await server.WriteAsync("HTTP/1.1 200 OK|Content-Length: 9||hello");
            using var response = await answer.Within("the head");
            await Passes<RequestTimeoutException>(response.Body.ReadBytesAsync().AsTask(), TimeSpan.FromSeconds(5));
        }

        await ExpectFree(scripted, 0);
    }

    [Fact]
    public async Task The_expectation_of_100_ends_and_the_body_is_sent()
    {
        var scripted = Timed();
        var answer = scripted.Client.SendAsync(
            HttpRequest.Post(ScriptedClient.Url, HttpBody.From("hello")).WithHeader("Expect", "100-continue"));
        var server = await scripted.Peers.NextAsync();
        await server.ReadHeadAsync();
        var body = server.ReadAsync(5);
        await Until(body, TimeSpan.FromSeconds(1));
        await server.WriteAsync("HTTP/1.1 204 x||");
        await answer.Within("the answer");
        await ExpectFree(scripted, 1);
    }

    [Fact]
    public async Task A_body_that_nobody_reads_is_given_up()
    {
        // The clock may run ahead of the bytes; that is no pause of the server's.
        var scripted = Timed(x => x with { ReadTimeout = null });
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync("HTTP/1.1 200 OK|Content-Length: 1000000||");
        using var response = await answer.Within("the head");
        var writing = WriteUntilClosedAsync(server);
        await Until(writing, TimeSpan.FromSeconds(30));
        var failure = await Assert.ThrowsAsync<HttpClientException>(
            () => response.Body.ReadBytesAsync().AsTask().Within("a failure"));
        Assert.Equal(HttpClientFailure.GivenUp, failure.Failure);
        await ExpectFree(scripted, 0);
    }

    [Fact]
    public async Task An_idle_connection_is_closed()
    {
        var scripted = Timed();
        var answer = scripted.GetAsync();
        var server = await scripted.Peers.NextAsync();
        await server.AnswerAsync("HTTP/1.1 204 x||");
        await answer.Within("the answer");
        await Until(server.ReadToEndAsync(), TimeSpan.FromSeconds(60));
        await ExpectFree(scripted, 0);
    }

    // Whoever connects may learn only after the peer that the connection is open, when the clock has gone on.
    private ScriptedClient Timed(
        Func<HttpPoolSettings, HttpPoolSettings>? change = null, MemoryTransportOptions? options = null)
    {
        var tcp = TcpClientSettings.Default with { Time = _clock, ConnectTimeout = null };
        return Scripted(x => (change?.Invoke(x) ?? x) with { Tcp = tcp }, options);
    }

    /// <summary>The failure comes when this time has passed.</summary>
    private async Task<T> Passes<T>(Task task, TimeSpan limit)
        where T : HttpTimeoutException
    {
        await Until(task.ContinueWith(_ => { }, TaskScheduler.Default), limit);
        return await Assert.ThrowsAsync<T>(() => task);
    }

    // The phase may begin only after the first step, so that it takes twice the time, or on a loaded machine after all
    // of them, so that the clock goes on, but at the pace of real time; much more would end others, too.
    private async Task Until(Task task, TimeSpan limit)
    {
        var step = TimeSpan.FromMilliseconds(100);
        var left = limit + TimeSpan.FromSeconds(5);
        _clock.Advance(limit - TimeSpan.FromSeconds(0.5));
        for (; left > TimeSpan.Zero && !task.IsCompleted; left -= step)
        {
            _clock.Advance(step);
            await Task.Yield();
        }

        using var patience = new CancellationTokenSource(Waiting.Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (!task.IsCompleted)
        {
            Assert.False(patience.IsCancellationRequested, $"Nothing ended after {limit}");
            _clock.Advance(step);
            await timer.WaitForNextTickAsync();
        }

        await task;
    }

    private static async Task WriteUntilClosedAsync(ScriptedServer server)
    {
        try
        {
            for (var written = 0; written < 10_000_000; written += 1000)
                await server.Peer.WriteAsync(new byte[1000]);
        }
        catch (IOException)
        {
            // The client has given the connection up.
        }
    }

    private static Task ExpectFree(ScriptedClient scripted, int open) => ExpectAsync(
        scripted.Client, ScriptedClient.Origin, x => x.Open == open && x is { Active: 0, Queued: 0, Connecting: 0 },
        $"{open} connections and nothing under way");
}
