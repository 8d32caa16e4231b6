using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Tests.Tcp;
using Xunit;

namespace Aleph.Actors.Tests.Transports.Tls;

/// <summary>How TLS connections end: close_notify, half-close, truncation, drain, idle timeout.</summary>
public sealed class TlsCloseTests : TlsHarness
{
    public static TheoryData<SslProtocols> Versions => new(SslProtocols.Tls12, SslProtocols.Tls13);

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_close_is_announced_before_the_end(SslProtocols version)
    {
        await using var server = await ServeAsync(ServerOf(), _ => new EchoProtocol(closes: true));
        var (client, wire) = await OpenRecordedAsync(server, version);
        await AssertEchoesAsync(client);
        Assert.Equal(0, await client.ReadAsync(new byte[1]).AsTask().Within("the end"));

        // The end that TLS announced comes before the one of the socket is read.
        Assert.False(wire.EndWasRead);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task An_announced_end_of_the_peer_is_no_truncation_and_one_without_is(SslProtocols version)
    {
        var truncated = new List<bool>();
        foreach (var announced in new[] { true, false })
        {
            var protocol = new ScriptedProtocol
            {
                PeerClose = c =>
                {
                    truncated.Add(c.IsInputTruncated);
                    c.Close(ConnectionEnd.Completed);
                },
            };
            await using var server = await ServeAsync(ServerOf(), _ => protocol);
            var (client, wire) = await OpenRecordedAsync(server, version);
            await client.WriteAsync("all of it?"u8.ToArray());
            if (announced)
                await client.ShutdownAsync();
            wire.Socket.Shutdown(SocketShutdown.Send);
            await protocol.Ended.Within("the protocol ended");
            Assert.Equal(10, protocol.Presented.Sum(p => p.Length));
        }

        Assert.Equal([false, true], truncated);
    }

    [Fact]
    public async Task A_record_cut_in_the_middle_is_a_truncation()
    {
        var truncated = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var protocol = new ScriptedProtocol
        {
            PeerClose = c =>
            {
                truncated.SetResult(c.IsInputTruncated);
                c.Close(ConnectionEnd.Completed);
            },
        };
        await using var server = await ServeAsync(ServerOf(), _ => protocol);
        var (client, wire) = await OpenRecordedAsync(server, SslProtocols.Tls13);
        wire.DropLastByte = true;
        await client.WriteAsync("cut"u8.ToArray());
        wire.Socket.Shutdown(SocketShutdown.Send);
        Assert.True(await truncated.Task.Within("the end was told"));
        Assert.Empty(protocol.Presented);
    }

    [Fact]
    public async Task A_forged_record_ends_the_connection_as_a_protocol_error()
    {
        var protocol = ScriptedProtocol.Echo();
        await using var server = await ServeAsync(ServerOf(), _ => protocol);
        var (client, wire) = await OpenRecordedAsync(server, SslProtocols.Tls13);

        // What comes before the server's side of the handshake is done would be a failed handshake.
        await AssertEchoesAsync(client, "good");
        await wire.Socket.SendAsync(new byte[] { 23, 3, 3, 0, 32 }.Concat(new byte[32]).ToArray());
        Assert.Equal(ConnectionEndReason.ProtocolError, (await protocol.Ended.Within("the end")).Reason);
        Assert.Equal(4, protocol.Presented.Sum(p => p.Length));
    }

    [Fact]
    public async Task A_drain_closes_open_connections_and_drops_handshakes()
    {
        var server = await ServeAsync(ServerOf());
        var (client, _) = await OpenRecordedAsync(server, SslProtocols.Tls13);
        await AssertEchoesAsync(client);
        using var silent = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await server.DisposeAsync().AsTask().Within("the drain ended");
        Assert.Equal(0, await client.ReadAsync(new byte[1]).AsTask().Within("the end"));
        Assert.Equal("", await silent.ReceiveTextAsync());
    }

    [Fact]
    public async Task The_idle_timeout_closes_a_quiet_connection()
    {
        var protocol = ScriptedProtocol.Echo();
        await using var server = await ServeAsync(ServerOf(), _ => protocol, s => s with
        {
            Connection = s.Connection with { IdleTimeout = TimeSpan.FromSeconds(5) },
        });
        var (client, wire) = await OpenRecordedAsync(server, SslProtocols.Tls13);
        await AssertEchoesAsync(client);
        Assert.Equal(0, await client.ReadAsync(new byte[1]).AsTask().Within("the end"));
        Assert.False(wire.EndWasRead);
        Assert.Equal(ConnectionEndReason.Timeout, (await protocol.Ended.Within("the end")).Reason);
    }

    private static async Task<(SslStream Tls, RecordedStream Wire)> OpenRecordedAsync(
        ServerBinding server, SslProtocols version)
    {
        var wire = new RecordedStream(await TcpTesting.ConnectAsync(server.LocalEndPoint));
        return (await OpenAsync(wire, o => o.EnabledSslProtocols = version), wire);
    }

    private sealed class RecordedStream(Socket socket) : NetworkStream(socket, ownsSocket: true)
    {
        public new Socket Socket => base.Socket;

        public bool EndWasRead { get; private set; }

        public bool DropLastByte { get; set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            var count = await base.ReadAsync(buffer, cancellationToken);
            EndWasRead |= count == 0 && buffer.Length > 0;
            return count;
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken) =>
            base.WriteAsync(DropLastByte ? buffer[..^1] : buffer, cancellationToken);
    }
}
