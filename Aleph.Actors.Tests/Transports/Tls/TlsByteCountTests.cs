using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Transports.Tls;

/// <summary>The counters of a connection say the same of TLS, whatever carries it.</summary>
public sealed class TlsByteCountTests : TlsHarness
{
    private const int Answer = 20_000;

    private static TcpClientSettings Connecting => TcpClientSettings.Default with { Tls = Client };

    [Theory]
    [InlineData(TcpTransport.Sockets)]
    [InlineData(TcpTransport.AkkaIo)]
    public async Task The_last_bytes_before_a_close_are_counted(TcpTransport transport)
    {
        var answering = new ScriptedProtocol
        {
            Receive = static (connection, data) =>
            {
                connection.Output.Write(new byte[Answer]);
                connection.Close(ConnectionEnd.Completed);
                return data.Length;
            },
        };
        await using var server = await ServeAsync(
            ServerOf(), _ => answering, settings => settings with { Transport = transport });
        var probe = CreateTestProbe();
        server.Actor.Tell(new ServerProtocol.Subscribe(probe.Ref), probe.Ref);
        await probe.ExpectMsgAsync<ServerProtocol.Subscribed>(Waiting.Patience);

        using (var client = await OpenAsync(server))
        {
            await client.WriteAsync("?"u8.ToArray()).Within("the question left");
            var all = new MemoryStream();
            await client.CopyToAsync(all).Within("the end of the answer");
            Assert.Equal(Answer, all.Length);
        }

        var closed = (ServerProtocol.ConnectionClosed)await probe.FishForMessageAsync(
            message => message is ServerProtocol.ConnectionClosed, Waiting.Patience);
        Assert.Equal((1, Answer), (closed.BytesReceived, closed.BytesSent));
        var statistics = await server.GetStatisticsAsync();
        Assert.Equal((1, Answer), (statistics.BytesReceived, statistics.BytesSent));
    }

    [Theory]
    [InlineData(TcpTransport.Sockets)]
    [InlineData(TcpTransport.AkkaIo)]
    public async Task The_last_bytes_of_a_client_are_counted(TcpTransport transport)
    {
        await using var server = await ServeAsync(ServerOf());
        var asking = new ScriptedProtocol
        {
            OnStart = static connection =>
            {
                connection.Output.Write(new byte[Answer]);
                connection.Close(ConnectionEnd.Completed);
            },
        };
        await TcpClient.ConnectAsync(
            Sys, server.LocalEndPoint, _ => asking, Connecting with { Transport = transport })
            .Within("the outcome of connecting");
        await asking.Ended.Within("the client ended");

        await AwaitAssertAsync(
            () =>
            {
                var statistics = Sys.AlephTcp().ClientStatistics;
                Assert.Equal((1, Answer), (statistics.Ended, statistics.BytesSent));
            },
            Waiting.Patience);
    }
}
