using System.Net;
using System.Net.Sockets;
using Akka;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Tests.Tcp;
using Xunit;

namespace Aleph.Actors.Tests.Docs;

/// <summary>What docs/guide/tcp-streams.md shows does what it says.</summary>
public sealed class TcpStreamExampleTests : PatientTestKit
{
    private readonly IMaterializer _materializer;

    public TcpStreamExampleTests()
        : base("akka.loglevel = WARNING") => _materializer = Sys.Materializer();

    [Fact]
    public async Task Echoing_servers_answer_the_client_function()
    {
        foreach (var serve in new[] { TcpStreamExamples.EchoAsync, TcpStreamExamples.ServeAsync })
        {
            await using var server = await serve(Sys).Within("the server bound");
            var port = ((IPEndPoint)server.LocalEndPoint).Port;
            Assert.Equal("hello\n", await TcpStreamExamples.TalkAsync(Sys, "127.0.0.1", port).Within("the echo"));
            Assert.Equal("question", await TcpStreamExamples.AskAsync(Sys, "127.0.0.1", port).Within("the answer"));
        }
    }

    [Fact]
    public async Task Shouting_answers_lines()
    {
        await using var server = await ServeAsync(TcpStreamExamples.Shouting());
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await client.SendAsync("quiet\n"u8.ToArray());
        Assert.Equal("QUIET\n", await client.ReceiveTextAsync());
    }

    [Fact]
    public async Task A_stream_reads_a_line()
    {
        var line = new TaskCompletionSource<string?>();
        await using var server = await Sys.AlephTcp().ServeAsync(
            0, async connection => line.SetResult(await TcpStreamExamples.ReadALineAsync(connection)));
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await client.SendAsync("a line\n"u8.ToArray());
        Assert.Equal("a line", await line.Task.Within("the line"));
    }

    [Fact]
    public async Task Elements_are_counted()
    {
        await using var server = await Sys.AlephTcp().ServeAsync(
            0, connection => TcpStreamExamples.CountAsync(connection, _materializer));
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await client.SendAsync("12345"u8.ToArray());
        Assert.Equal("5\n", await client.ReceiveTextAsync());
        client.Shutdown(SocketShutdown.Send);
        Assert.Equal("", await client.ReceiveTextAsync());
    }

    private async Task<ServerBinding> ServeAsync(Flow<ByteString, ByteString, NotUsed> flow) =>
        await TcpStreams.Bind(Sys, 0)
            .To(Sink.ForEach<IncomingTcpConnection>(c => c.HandleWith(flow, _materializer)))
            .Run(_materializer).Within("the server bound");
}
