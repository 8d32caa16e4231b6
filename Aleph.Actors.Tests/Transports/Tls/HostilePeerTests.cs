using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Tests.Tcp;
using Aleph.Actors.Transports.Tls;
using Xunit;

namespace Aleph.Actors.Tests.Transports.Tls;

/// <summary>Peers that do not want a handshake, or want more than that. Rows 57 to 59 of the attack list.</summary>
public sealed class HostilePeerTests : TlsHarness
{
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")]
    [InlineData("\n")]
    [InlineData("SSH-2.0-x\r\n")]
    public async Task A_plain_text_client_is_closed_at_once_with_one_line(string text)
    {
        // The handshake timeout would be met by a close as well: it is far away.
        await using var server = await ServeAsync(ServerOf() with { HandshakeTimeout = TimeSpan.FromMinutes(10) });
        await EventFilter.Info(contains: "does not speak TLS").ExpectOneAsync(async () =>
        {
            using var socket = await TcpTesting.ConnectAsync(server.LocalEndPoint);
            await socket.SendAsync(System.Text.Encoding.ASCII.GetBytes(text));
            Assert.Equal("", await socket.ReceiveTextAsync());
        });
    }

    [Fact]
    public async Task Half_a_client_hello_and_silence_end_at_the_handshake_timeout_with_one_line()
    {
        var hello = await ClientHello.MakeAsync();
        await using var server = await ServeAsync(
            ServerOf() with { HandshakeTimeout = TimeSpan.FromSeconds(3) });
        await EventFilter.Info(contains: "no TLS handshake within").ExpectOneAsync(async () =>
        {
            using var socket = await TcpTesting.ConnectAsync(server.LocalEndPoint);
            await socket.SendAsync(hello[..(hello.Length / 2)]);
            Assert.Equal("", await socket.ReceiveTextAsync());
        });
    }

    [Fact]
    public async Task A_client_that_leaves_in_the_middle_makes_no_protocol_and_one_line()
    {
        var hello = await ClientHello.MakeAsync();
        var made = 0;
        await using var server = await ServeAsync(ServerOf(), _ =>
        {
            made++;
            return new EchoProtocol();
        });
        foreach (var sent in new[] { 0, hello.Length / 2, hello.Length })
        {
            await EventFilter.Info(contains: "the peer closed").ExpectOneAsync(async () =>
            {
                using var socket = await TcpTesting.ConnectAsync(server.LocalEndPoint);
                await socket.SendAsync(hello[..sent]);
                socket.Shutdown(SocketShutdown.Send);
                while (await socket.ReceiveTextAsync() is not "")
                {
                }
            });
        }

        Assert.Equal(0, made);
    }

    [Fact]
    public async Task A_client_hello_of_an_absurd_length_is_refused_before_memory_is_taken_for_it()
    {
        byte[] absurd = [22, 3, 1, 0x40, 0, 1, 0xff, 0xff, 0xff];
        await using var server = await ServeAsync(ServerOf() with { HandshakeTimeout = TimeSpan.FromMinutes(10) });
        await EventFilter.Info(contains: "claims 16777215 bytes").ExpectAsync(100, async () =>
        {
            for (var i = 0; i < 100; i++)
            {
                using var socket = await TcpTesting.ConnectAsync(server.LocalEndPoint);
                await socket.SendAsync(absurd);
                Assert.Equal("", await socket.ReceiveTextAsync());
            }
        });
    }

    [Theory]
    [InlineData(64 * 1024, false)]
    [InlineData((64 * 1024) + 1, true)]
    public void The_length_of_a_client_hello_is_limited(int length, bool isRefused)
    {
        byte[] hello = [22, 3, 1, 0x40, 0, 1, (byte)(length >> 16), (byte)(length >> 8), (byte)length];
        Assert.Equal(isRefused ? TlsFailure.TooLarge : null, TlsRecords.FaultOf(hello, isServer: true)?.Failure);
        Assert.Null(TlsRecords.FaultOf(hello, isServer: false));
    }

    [Theory]
    [InlineData(new byte[] { 22 }, true)]
    [InlineData(new byte[] { 21, 3, 3, 0, 2 }, true)]
    [InlineData(new byte[] { 23 }, false)]
    [InlineData(new byte[] { 22, 2 }, false)]
    [InlineData(new byte[] { 22, 3, 1, 0x40, 0 }, true)]
    [InlineData(new byte[] { 22, 3, 1, 0x40, 1 }, false)]
    [InlineData(new byte[] { 22, 3, 1, 0, 0 }, false)]
    [InlineData(new byte[] { 22, 3, 1, 1, 0, 2 }, false)]
    public void Only_records_of_tls_are_taken(byte[] first, bool isTls)
    {
        Assert.Equal(isTls ? null : TlsFailure.NotTls, TlsRecords.FaultOf(first, isServer: true)?.Failure);
        var bytewise = default(TlsFirstBytes);
        TlsException? fault = null;
        foreach (var b in first)
            fault ??= bytewise.FaultOf([b], isServer: true);
        Assert.Equal(isTls, fault is null);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task The_first_flight_may_be_cut_at_every_byte(SslProtocols version)
    {
        await using var server = await ServeAsync(ServerOf());
        var length = (await ClientHello.MakeAsync(version)).Length;
        for (var cut = 1; cut < length; cut++)
        {
            var socket = await TcpTesting.ConnectAsync(server.LocalEndPoint);
            using var client = await OpenAsync(
                new CuttingStream(socket, cut), o => o.EnabledSslProtocols = version);
            if (cut % 16 == 1)
                await AssertEchoesAsync(client);
        }
    }

    [Fact]
    public async Task The_whole_handshake_and_its_data_may_come_byte_by_byte()
    {
        await using var server = await ServeAsync(ServerOf());
        var socket = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        using var client = await OpenAsync(new CuttingStream(socket, 1, always: true));
        await AssertEchoesAsync(client, "byte by byte");
    }

    /// <summary>Sends the first flight, or all, in two packets or byte by byte.</summary>
    private sealed class CuttingStream(Socket socket, int cut, bool always = false)
        : NetworkStream(socket, ownsSocket: true)
    {
        private bool _hasCut;

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken)
        {
            Socket.NoDelay = true;
            while (buffer.Length > cut && (always || !_hasCut))
            {
                _hasCut = true;
                await base.WriteAsync(buffer[..cut], cancellationToken);
                buffer = buffer[cut..];
            }

            await base.WriteAsync(buffer, cancellationToken);
        }
    }
}
