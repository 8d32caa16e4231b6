using Aleph.Actors.Tests.Support;
using Xunit;

namespace Aleph.Actors.Tests.Tcp;

public sealed class ServerStatisticsTests : PatientTestKit
{
    [Fact]
    public async Task Count_bytes_and_reasons_of_connections_that_are_over()
    {
        await using var server = await TcpServer.BindAsync(Sys, _ => new EchoProtocol());
        for (var i = 0; i < 2; i++)
        {
            using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
            Assert.True(await client.PingAsync());
            client.Shutdown(System.Net.Sockets.SocketShutdown.Send);
            Assert.Equal("", await client.ReceiveTextAsync());
        }

        using (var client = await TcpTesting.ConnectAsync(server.LocalEndPoint))
        {
            Assert.True(await client.PingAsync());
            client.LingerState = new System.Net.Sockets.LingerOption(true, 0);
        }

        await AwaitAssertAsync(async () =>
        {
            var statistics = await server.GetStatisticsAsync();
            Assert.Equal((0, 3, 3), (statistics.Open, statistics.Accepted, statistics.Ended));
            Assert.Equal((3, 3), (statistics.BytesReceived, statistics.BytesSent));
            Assert.Equal(
                new Dictionary<ConnectionEndReason, long>
                {
                    [ConnectionEndReason.Completed] = 2,
                    [ConnectionEndReason.ConnectionReset] = 1,
                },
                statistics.EndReasons);
        }, Waiting.Patience);
    }

    [Fact]
    public async Task Count_failed_handshakes()
    {
        var pki = TestPki.Trusted;
        var tls = new TlsServerSettings { Certificate = pki.With(pki.Server("localhost")) };
        await using var server = await TcpServer.BindAsync(
            Sys, _ => new EchoProtocol(), TcpSettings.Default with { Tls = tls });
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await client.SendAsync("plain text\n"u8.ToArray());
        while (await client.ReceiveTextAsync() is not "")
        {
        }

        await AwaitAssertAsync(async () => Assert.Equal(
            1, (await server.GetStatisticsAsync()).EndReasons.GetValueOrDefault(ConnectionEndReason.HandshakeFailed)),
            Waiting.Patience);
    }
}
