using System.IO.Pipelines;
using System.Net.Sockets;
using Akka.Actor;
using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Tcp;

public sealed class DuplexProtocolTests : PatientTestKit
{
    private static readonly AsyncLocal<string?> Ambient = new();

    [Fact]
    public async Task Copies_both_ways_until_the_peer_ends()
    {
        await using var server = await BindAsync(connection => connection.Input.CopyToAsync(connection.Output));
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);

        await client.SendAsync("hello"u8.ToArray());
        Assert.Equal("hello", await client.ReceiveTextAsync());

        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("", await client.ReceiveTextAsync());
    }

    [Fact]
    public async Task Many_megabytes_pass_unharmed()
    {
        await using var server = await BindAsync(connection => connection.Input.CopyToAsync(connection.Output));
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        var sent = new byte[8 << 20];
        new Random(1).NextBytes(sent);
        await using var stream = new NetworkStream(client);

        var sending = SendAsync();
        var received = new byte[sent.Length];
        await stream.ReadExactlyAsync(received).AsTask().OrFail("all bytes back");
        await sending;

        Assert.True(sent.AsSpan().SequenceEqual(received));
        Assert.Equal("", await client.ReceiveTextAsync());

        async Task SendAsync()
        {
            await stream.WriteAsync(sent);
            client.Shutdown(SocketShutdown.Send);
        }
    }

    [Fact]
    public async Task Unread_input_holds_the_peer_back()
    {
        var read = new TaskCompletionSource();
        var connected = new TaskCompletionSource<DuplexConnection>();
        await using var server = await BindAsync(async connection =>
        {
            connected.SetResult(connection);
            await read.Task;
            await connection.Input.CopyToAsync(Stream.Null);
        });
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        client.SendBufferSize = 64 * 1024;
        var sending = client.SendAsync(new byte[64 << 20]);
        await connected.Task.OrFail("a connection");

        // What user code may hold: the pipe's threshold behind what it has seen already, plus one receive.
        var paused = await (await connected.Task).Input.ReadAtLeastAsync(256 * 1024);
        Assert.InRange(paused.Buffer.Length, 256 * 1024, 640 * 1024);
        (await connected.Task).Input.AdvanceTo(paused.Buffer.Start);
        Assert.False(sending.IsCompleted);

        read.SetResult();
        await sending.OrFail("the end of the sending");
    }

    [Fact]
    public async Task Unread_output_makes_the_writer_wait()
    {
        var waited = new TaskCompletionSource();
        await using var server = await BindAsync(async connection =>
        {
            var chunk = new byte[64 * 1024];
            for (var i = 0; i < 512; i++)
            {
                var write = connection.Output.WriteAsync(chunk);
                if (!write.IsCompleted)
                    waited.TrySetResult();
                await write;
            }
        });
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await waited.Task.OrFail("a write that waits");

        await using var stream = new NetworkStream(client);
        await stream.ReadExactlyAsync(new byte[512 * 64 * 1024]).AsTask().OrFail("all that was written");
        Assert.Equal("", await client.ReceiveTextAsync());
    }

    [Fact]
    public async Task Completing_the_output_half_closes_and_reading_goes_on()
    {
        var rest = new TaskCompletionSource<int>();
        await using var server = await BindAsync(async connection =>
        {
            await connection.Output.WriteAsync("bye"u8.ToArray());
            await connection.Output.CompleteAsync();
            var read = await connection.Input.ReadAtLeastAsync(4);
            rest.SetResult((int)read.Buffer.Length);
        });
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);

        Assert.Equal("bye", await client.ReceiveTextAsync());
        Assert.Equal("", await client.ReceiveTextAsync());
        await client.SendAsync("more"u8.ToArray());
        Assert.Equal(4, await rest.Task.OrFail("bytes after the half-close"));
    }

    [Fact]
    public async Task Code_that_fails_resets_the_connection()
    {
        await using var server = await BindAsync(async connection =>
        {
            await connection.Input.ReadAsync();
            throw new InvalidOperationException("boom");
        });
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await client.SendAsync("x"u8.ToArray());

        var failure = await Assert.ThrowsAsync<SocketException>(
            () => client.ReceiveAsync(new byte[1]).OrFail("a reset"));
        Assert.Equal(SocketError.ConnectionReset, failure.SocketErrorCode);
    }

    [Fact]
    public async Task Code_that_fails_is_logged_and_its_failure_is_the_reason_of_the_end()
    {
        var ended = new TaskCompletionSource<ConnectionEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await BindAsync(async connection =>
        {
            _ = connection.Completion.ContinueWith(
                end => ended.TrySetResult(end.Result), TaskScheduler.Default);
            await connection.ReceiveAsync();
            throw new InvalidOperationException("boom");
        });

        var warning = EventFilter.Warning(contains: "The code that runs on the connection failed");
        await warning.ExpectOneAsync(Waiting.Patience, async () =>
        {
            using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
            await client.SendAsync("x"u8.ToArray());
            var end = await ended.Task.OrFail("the end");
            Assert.Equal(ConnectionEndReason.AbortedByApplication, end.Reason);
            Assert.Equal("boom", end.Detail);
            Assert.IsType<InvalidOperationException>(end.Cause);
        });
    }

    [Fact]
    public async Task Output_completed_with_an_exception_resets_the_connection()
    {
        await using var server = await BindAsync(async connection =>
        {
            await connection.Input.ReadAsync();
            await connection.Output.CompleteAsync(new InvalidOperationException("boom"));
        });
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await client.SendAsync("x"u8.ToArray());

        await Assert.ThrowsAsync<SocketException>(() => client.ReceiveAsync(new byte[1]).OrFail("a reset"));
    }

    [Fact]
    public async Task Reset_by_the_peer_fires_Aborted_and_fails_the_reader()
    {
        var failure = new TaskCompletionSource<Exception>();
        var aborted = new TaskCompletionSource();
        await using var server = await BindAsync(async connection =>
        {
            connection.Aborted.Register(aborted.SetResult);
            await connection.Output.WriteAsync("hi"u8.ToArray());
            try
            {
                await connection.Input.CopyToAsync(Stream.Null);
            }
            catch (IOException e)
            {
                failure.SetResult(e);
            }
        });
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        Assert.Equal("hi", await client.ReceiveTextAsync());

        client.LingerState = new LingerOption(true, 0);
        client.Dispose();

        await aborted.Task.OrFail("Aborted");
        await failure.Task.OrFail("a failed read");
    }

    [Fact]
    public async Task User_code_sees_no_actor_and_no_ambient_state_of_others()
    {
        var seen = new TaskCompletionSource<(bool Actor, string? Ambient)>();
        Ambient.Value = "of the test";
        await using var server = await BindAsync(connection =>
        {
            seen.SetResult((Akka.Actor.Internal.InternalCurrentActorCellKeeper.Current is not null, Ambient.Value));
            return Task.CompletedTask;
        });
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);

        Assert.Equal((false, null), await seen.Task.OrFail("the call of the user's code"));
    }

    [Fact]
    public async Task Stream_reads_and_writes_the_same_bytes()
    {
        await using var server = await BindAsync(async connection =>
        {
            await using var stream = connection.AsStream();
            using var reader = new StreamReader(stream, leaveOpen: true);
            var line = await reader.ReadLineAsync();
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes($"got {line}"));
        });
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);

        await client.SendAsync("this\n"u8.ToArray());

        Assert.Equal("got this", await client.ReceiveTextAsync());
        Assert.Equal("", await client.ReceiveTextAsync());
    }

    [Fact]
    public async Task Draining_ends_the_input()
    {
        var server = await BindAsync(connection => connection.Input.CopyToAsync(connection.Output));
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        Assert.True(await client.PingAsync());

        var drained = await server.Actor.Ask<ServerProtocol.Drained>(
            new ServerProtocol.Drain(TimeSpan.FromSeconds(10)));

        Assert.Equal(0, drained.Aborted);
        Assert.Equal("", await client.ReceiveTextAsync());
    }

    private Task<ServerBinding> BindAsync(Func<DuplexConnection, Task> run) =>
        TcpServer.BindAsync(
                Sys, _ => new DuplexProtocol(run), new TcpSettings { DrainTimeout = TimeSpan.FromSeconds(1) })
            .OrFail("a server that listens");
}
