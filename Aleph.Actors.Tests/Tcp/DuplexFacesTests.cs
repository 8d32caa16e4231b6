using System.Net;
using System.Net.Sockets;
using System.Text;
using Akka.Actor;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors.Tests.Conformance;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Tcp;

/// <summary>ServeAsync and ConnectAsync, and the faces of the connection that they give.</summary>
public abstract class DuplexFacesSuite : PatientTestKit
{
    private readonly ActorMaterializer _materializer;

    protected DuplexFacesSuite(string config)
        : base("akka.loglevel = OFF\n" + config) => _materializer = ActorMaterializer.Create(Sys);

    [Fact]
    public async Task Messages_go_there_and_back_until_the_end()
    {
        await using var server = await Sys.AlephTcp().ServeAsync(0, EchoAsync);
        var client = await ConnectAsync(server);

        Assert.True(await client.SendAsync("hello"u8.ToArray()));
        Assert.Equal("hello", await TextAsync(client, 5));
        client.CompleteOutput();
        Assert.Empty((await client.ReceiveAsync().Within("the end")).ToArray());
        Assert.Empty((await client.ReceiveAsync().Within("the end again")).ToArray());
        await client.DisposeAsync();
        Assert.Equal(ConnectionEndReason.Completed, (await client.Completion.Within("the end")).Reason);
        Assert.Equal(server.LocalEndPoint, client.Info.RemoteEndPoint);
        Assert.Null(client.Info.Tls);
    }

    [Fact]
    public async Task Code_that_blocks_where_it_went_on_does_not_hold_its_connection()
    {
        await using var server = await Sys.AlephTcp().ServeAsync(0, async connection =>
        {
            var first = await connection.ReceiveAsync().ConfigureAwait(false);
            await connection.SendAsync(first).ConfigureAwait(false);

            // This thread is the one that the first message came on; the next must come on another.
            var next = connection.ReceiveAsync().AsTask();
            if (next.Wait(Waiting.Limit))
                await connection.SendAsync(next.Result);
        });
        await using var client = await ConnectAsync(server);
        await client.SendAsync("first"u8.ToArray());
        Assert.Equal("first", await TextAsync(client, 5));
        await client.SendAsync("next"u8.ToArray());
        Assert.Equal("next", await TextAsync(client, 4));
    }

    [Fact]
    public async Task Connects_by_name()
    {
        await using var server = await Sys.AlephTcp().ServeAsync(0, EchoAsync);
        var port = ((IPEndPoint)server.LocalEndPoint).Port;
        await using var client = await Sys.AlephTcp().ConnectAsync("localhost", port).Within("a connection");
        await client.SendAsync("x"u8.ToArray());
        Assert.Equal("x", await TextAsync(client, 1));
    }

    [Fact]
    public async Task Each_face_talks_with_each_other()
    {
        Func<DuplexConnection, Task>[] servers =
        [
            EchoAsync,
            connection => connection.Input.CopyToAsync(connection.Output),
            async connection =>
            {
                await using var stream = connection.AsStream();
                await stream.CopyToAsync(stream);
            },
            connection =>
            {
                connection.Source.RunWith(connection.Sink, _materializer);
                return connection.Completion;
            },
        ];
        foreach (var serve in servers)
        {
            await using var server = await Sys.AlephTcp().ServeAsync(0, serve);
            var bytes = new byte[1_000_000];
            new Random(3).NextBytes(bytes);

            Assert.Equal(bytes, await ByMessagesAsync(await ConnectAsync(server), bytes).Within("messages"));
            Assert.Equal(bytes, await ByStreamAsync(await ConnectAsync(server), bytes).Within("a stream"));
            Assert.Equal(bytes, await ByElementsAsync(await ConnectAsync(server), bytes).Within("elements"));
            await Pacing.UntilAsync(
                async () => (await server.GetStatisticsAsync()).Open == 0, "every connection had ended");
        }
    }

    [Fact]
    public async Task Senders_may_be_many()
    {
        await using var server = await Sys.AlephTcp().ServeAsync(0, EchoAsync);
        await using var client = await ConnectAsync(server);
        var senders = Enumerable.Range(0, 20).Select(i => Task.Run(async () =>
        {
            for (var n = 0; n < 50; n++)
                Assert.True(await client.SendAsync(Encoding.ASCII.GetBytes($"{i:00}{n:00};")));
        })).ToArray();
        var text = await TextAsync(client, 5 * 1000);
        await Task.WhenAll(senders).Within("the senders were done");

        var expected = Enumerable.Range(0, 20).SelectMany(i => Enumerable.Range(0, 50).Select(n => $"{i:00}{n:00}"));
        Assert.Equal(expected, text.Split(';', StringSplitOptions.RemoveEmptyEntries).Order());
    }

    [Fact]
    public async Task A_second_face_is_refused()
    {
        await using var server = await Sys.AlephTcp().ServeAsync(0, EchoAsync);
        await using var client = await ConnectAsync(server);
        await client.SendAsync("x"u8.ToArray());
        await client.ReceiveAsync().Within("the echo");

        var refused = Assert.Throws<InvalidOperationException>(() => client.Input);
        Assert.Equal("The connection is read as messages; it cannot be read as a pipe.", refused.Message);
        Assert.Throws<InvalidOperationException>(() => client.Output);
        Assert.Throws<InvalidOperationException>(client.AsStream);
        Assert.Throws<InvalidOperationException>(
            () => client.Source.To(Sink.Ignore<ByteString>()).Run(_materializer));
        Assert.Throws<InvalidOperationException>(
            () => Source.Empty<ByteString>().RunWith(client.Sink, _materializer));

        await client.SendAsync("y"u8.ToArray());
        Assert.Equal("y", await TextAsync(client, 1));
    }

    [Fact]
    public async Task Elements_can_be_materialised_once()
    {
        await using var server = await Sys.AlephTcp().ServeAsync(0, EchoAsync);
        await using var client = await ConnectAsync(server);
        Source.Maybe<ByteString>().RunWith(client.Sink, _materializer);
        _ = client.Source.RunWith(Sink.Ignore<ByteString>(), _materializer);

        Assert.Throws<InvalidOperationException>(
            () => Source.Empty<ByteString>().RunWith(client.Sink, _materializer));
        Assert.Throws<InvalidOperationException>(
            () => client.Source.To(Sink.Ignore<ByteString>()).Run(_materializer));
    }

    [Fact]
    public async Task Disposing_ends_a_receive_and_closes()
    {
        await using var server = await Sys.AlephTcp().ServeAsync(0, EchoAsync);
        var client = await ConnectAsync(server);
        var receive = client.ReceiveAsync();
        await client.DisposeAsync();
        await client.DisposeAsync();

        Assert.Empty((await receive.Within("the receive ended")).ToArray());
        await client.Completion.Within("the connection ended");
        await Pacing.UntilAsync(async () => (await server.GetStatisticsAsync()).Open == 0, "the server saw the end");
    }

    [Fact]
    public async Task A_broken_connection_fails_receives_and_refuses_sends()
    {
        var served = new TaskCompletionSource<DuplexConnection>();
        await using var server = await Sys.AlephTcp().ServeAsync(0, c =>
        {
            served.SetResult(c);
            return c.Completion;
        });
        await using var client = await ConnectAsync(server);
        (await served.Task.Within("the server had it")).Abort();

        var failure = await Assert.ThrowsAsync<ConnectionEndedException>(
            () => client.ReceiveAsync().Within("the receive failed"));
        Assert.Equal(ConnectionEndReason.ConnectionReset, failure.Reason);
        Assert.Equal(ConnectionEndReason.ConnectionReset, (await client.Completion.Within("the end")).Reason);
        Assert.False(await client.SendAsync("x"u8.ToArray()));

        // It is cancelled after the completion.
        await Pacing.UntilAsync(
            () => Task.FromResult(client.Aborted.IsCancellationRequested), "the connection was seen as broken");
    }

    [Fact]
    public async Task Connecting_in_a_system_that_has_ended_fails_at_once()
    {
        await using var server = await Sys.AlephTcp().ServeAsync(0, _ => Task.CompletedTask);
        var other = ActorSystem.Create("other");
        await using (var first = await other.AlephTcp().ConnectAsync(server.LocalEndPoint))
            await first.DisposeAsync();
        await other.Terminate();

        var failure = await Assert.ThrowsAsync<ConnectException>(
            () => other.AlephTcp().ConnectAsync(server.LocalEndPoint).Within("the failure"));
        Assert.Contains("Stopped", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_and_settings_with_a_unix_socket_are_refused()
    {
        var settings = TcpSettings.Default with { EndPoint = new UnixDomainSocketEndPoint("/tmp/never-made.sock") };
        var failure = await Assert.ThrowsAsync<ArgumentException>(
            () => Sys.AlephTcp().ServeAsync(0, _ => Task.CompletedTask, settings));
        Assert.Contains("unix:/tmp/never-made.sock", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_handler_resets_the_connection()
    {
        await using var server = await Sys.AlephTcp().ServeAsync(0, async connection =>
        {
            await connection.ReceiveAsync();
            throw new InvalidOperationException("no");
        });
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await client.SendAsync("x"u8.ToArray());

        await Assert.ThrowsAsync<SocketException>(() => client.ReceiveAsync(new byte[1]).Within("the reset"));
    }

    [Fact]
    public async Task A_failed_sink_and_a_shut_down_materialiser_reset_the_connection()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        foreach (var byFailure in new[] { true, false })
        {
            await using var client = await Sys.AlephTcp().ConnectAsync(listener.LocalEndPoint!);
            using var peer = await listener.AcceptAsync();
            var materializer = ActorMaterializer.Create(Sys);
            var source = byFailure
                ? Source.Failed<ByteString>(new InvalidOperationException("broken"))
                : Source.Never<ByteString>();
            source.RunWith(client.Sink, materializer);
            if (!byFailure)
                materializer.Shutdown();

            await Assert.ThrowsAsync<SocketException>(() => peer.ReceiveAsync(new byte[1]).Within("the reset"));
        }
    }

    [Fact]
    public async Task Cancelled_elements_are_discarded_until_the_peer_ends()
    {
        await using var server = await Sys.AlephTcp().ServeAsync(0, async connection =>
        {
            await connection.Source.RunWith(Sink.First<ByteString>(), _materializer);
            await connection.SendAsync("seen"u8.ToArray());
            connection.CompleteOutput();
            await connection.Completion;
        });
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await using var stream = new NetworkStream(client);
        await stream.WriteAsync(new byte[5_000_000]).Within("the server took everything");
        Assert.Equal("seen", await client.ReceiveTextAsync());
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("", await client.ReceiveTextAsync());
    }

    [Fact]
    public async Task A_cancelled_receive_loses_nothing()
    {
        await using var server = await Sys.AlephTcp().ServeAsync(0, EchoAsync);
        await using var client = await ConnectAsync(server);
        using var cancel = new CancellationTokenSource();
        var receive = client.ReceiveAsync(cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receive.Within("the cancellation"));

        await client.SendAsync("x"u8.ToArray());
        Assert.Equal("x", await TextAsync(client, 1));
    }

    [Fact]
    public async Task An_idle_connection_is_closed_by_the_settings()
    {
        await using var server = await Sys.AlephTcp().ServeAsync(0, EchoAsync);
        var settings = TcpClientSettings.Default with
        {
            Connection = ConnectionSettings.Default with { IdleTimeout = TimeSpan.FromMilliseconds(100) },
        };
        await using var client = await Sys.AlephTcp().ConnectAsync(server.LocalEndPoint, settings);

        Assert.Equal(ConnectionEndReason.Timeout, (await client.Completion.Within("the end")).Reason);
    }

    private static async Task EchoAsync(DuplexConnection connection)
    {
        await foreach (var message in connection.ReceiveAllAsync())
            await connection.SendAsync(message);
    }

    private static async Task<string> TextAsync(DuplexConnection connection, int count)
    {
        var text = new StringBuilder();
        while (text.Length < count)
        {
            var message = await connection.ReceiveAsync().Within("more of the text");
            Assert.NotEqual(0, message.Length);
            text.Append(Encoding.ASCII.GetString(message.Span));
        }

        return text.ToString();
    }

    private static async Task<byte[]> ByMessagesAsync(DuplexConnection connection, byte[] bytes)
    {
        await using var _ = connection;
        var sending = SendAsync();
        var all = new MemoryStream();
        await foreach (var message in connection.ReceiveAllAsync())
            all.Write(message.Span);
        await sending;
        return all.ToArray();

        async Task SendAsync()
        {
            for (var at = 0; at < bytes.Length; at += 1000)
                await connection.SendAsync(bytes.AsMemory(at, 1000));
            connection.CompleteOutput();
        }
    }

    private static async Task<byte[]> ByStreamAsync(DuplexConnection connection, byte[] bytes)
    {
        await using var stream = connection.AsStream();
        var sending = SendAsync();
        var all = new MemoryStream();
        await stream.CopyToAsync(all);
        await sending;
        return all.ToArray();

        async Task SendAsync()
        {
            await stream.WriteAsync(bytes);
            connection.CompleteOutput();
        }
    }

    private async Task<byte[]> ByElementsAsync(DuplexConnection connection, byte[] bytes)
    {
        await using var _ = connection;
        Source.From(bytes.Chunk(1000)).Select(ByteString.FromBytes).RunWith(connection.Sink, _materializer);
        var all = await connection.Source
            .RunWith(Sink.Aggregate<ByteString, ByteString>(ByteString.Empty, (a, b) => a + b), _materializer);
        return all.ToArray();
    }

    private async Task<DuplexConnection> ConnectAsync(ServerBinding server) =>
        await Sys.AlephTcp().ConnectAsync(server.LocalEndPoint).Within("a connection");
}

public class DuplexFacesTests() : DuplexFacesSuite("");

public class SerializingDuplexFacesTests()
    : DuplexFacesSuite("akka.actor { serialize-messages = on, serialize-creators = on }");

public class AkkaIoDuplexFacesTests() : DuplexFacesSuite("aleph.tcp.transport = akka-io");
