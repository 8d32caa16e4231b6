using System.Net.Sockets;
using System.Text;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Transports.Filters;
using Xunit;

namespace Aleph.Actors.Tests.Tcp;

/// <summary>A layer that comes around the transport in mid-connection, as STARTTLS does; here it flips bits.</summary>
public sealed class DuplexLayerTests : PatientTestKit
{
    private const byte Key = 0x5A;

    public DuplexLayerTests()
        : base("akka.loglevel = OFF")
    {
    }

    [Fact]
    public async Task Bytes_before_pass_plain_and_bytes_after_through_the_layer()
    {
        await using var server = await ServeAsync(async connection =>
        {
            Assert.Equal("start", await LineAsync(connection));
            await connection.SendAsync("go\n"u8.ToArray());
            var info = await connection.ReplaceTransportAsync(Layer);
            Assert.Equal(connection.Info, info);
            await connection.SendAsync(Encoding.ASCII.GetBytes("heard " + await LineAsync(connection) + "\n"));
        });
        await using var client = await Sys.AlephTcp().ConnectAsync(server.LocalEndPoint);
        await client.SendAsync("start\n"u8.ToArray());
        Assert.Equal("go", await LineAsync(client));
        await client.ReplaceTransportAsync(Layer).Within("the client's layer");
        await client.SendAsync("secret\n"u8.ToArray());

        Assert.Equal("heard secret", await LineAsync(client));
    }

    [Fact]
    public async Task What_was_read_in_advance_goes_to_the_layer()
    {
        var rest = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ServeAsync(async connection =>
        {
            var read = await connection.Input.ReadAtLeastAsync(18);

            // Looked at all, consumed the first line only.
            connection.Input.AdvanceTo(read.Buffer.GetPosition(6), read.Buffer.End);
            await connection.ReplaceTransportAsync(Layer);
            read = await connection.Input.ReadAtLeastAsync(24);
            rest.SetResult(Encoding.ASCII.GetString(read.Buffer.FirstSpan));
            connection.Input.AdvanceTo(read.Buffer.End);
        });
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await client.SendAsync((byte[])[.. "start\n"u8, .. Flipped("sealed text "u8)]);
        await client.SendAsync(Flipped("and the rest"u8));

        Assert.Equal("sealed text and the rest", await rest.Task.Within("the text through the layer"));
    }

    [Fact]
    public async Task Plain_text_sent_too_early_is_never_taken_for_text_through_the_layer()
    {
        var after = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ServeAsync(async connection =>
        {
            var read = await connection.Input.ReadAtLeastAsync(15);
            connection.Input.AdvanceTo(read.Buffer.GetPosition(6), read.Buffer.End);
            await connection.ReplaceTransportAsync(Layer);
            read = await connection.Input.ReadAtLeastAsync(9);
            after.SetResult(read.Buffer.FirstSpan.ToArray());
            connection.Input.AdvanceTo(read.Buffer.End);
        });
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await client.SendAsync("start\ninjected\n"u8.ToArray());

        Assert.Equal(Flipped("injected\n"u8), await after.Task.Within("what the code after the layer sees"));
    }

    [Fact]
    public async Task All_output_before_leaves_before_the_layer()
    {
        const int Size = 2_000_000;
        await using var server = await ServeAsync(async connection =>
        {
            await LineAsync(connection);
            await connection.SendAsync(new byte[Size]);
            await connection.ReplaceTransportAsync(Layer);
            await connection.SendAsync("x"u8.ToArray());
        });
        using var client = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await client.SendAsync("start\n"u8.ToArray());
        var bytes = new byte[Size + 1];
        await new NetworkStream(client).ReadExactlyAsync(bytes).AsTask().Within("everything");

        Assert.False(bytes.AsSpan(0, Size).ContainsAnyExcept((byte)0));
        Assert.Equal('x' ^ Key, bytes[Size]);
    }

    [Fact]
    public async Task A_layer_during_a_read_is_refused()
    {
        await using var server = await ServeAsync(async connection => await connection.ReceiveAsync());
        await using var client = await Sys.AlephTcp().ConnectAsync(server.LocalEndPoint);
        var reading = client.ReceiveAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(
            () => client.ReplaceTransportAsync(Layer).Within("the refusal"));
        Assert.False(reading.IsCompleted);
    }

    [Fact]
    public async Task A_layer_after_the_end_is_refused()
    {
        await using var server = await ServeAsync(connection => connection.SendAsync("x"u8.ToArray()).AsTask());
        await using var client = await Sys.AlephTcp().ConnectAsync(server.LocalEndPoint);
        await client.ReceiveAsync().Within("the byte");
        Assert.Empty((await client.ReceiveAsync().Within("the end")).ToArray());
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => client.ReplaceTransportAsync(Layer).Within("the refusal"));

        await client.DisposeAsync();
        await client.Completion.Within("the end of the connection");
        await Assert.ThrowsAsync<ConnectionEndedException>(
            () => client.ReplaceTransportAsync(Layer).Within("the second refusal"));
    }

    private static ITransport Layer(ITransport transport) => new FilterTransport(transport, new XorFilter(Key));

    private static byte[] Flipped(ReadOnlySpan<byte> text)
    {
        var bytes = text.ToArray();
        for (var i = 0; i < bytes.Length; i++)
            bytes[i] ^= Key;
        return bytes;
    }

    private static async Task<string> LineAsync(DuplexConnection connection)
    {
        var line = new StringBuilder();
        while (line.Length == 0 || line[^1] != '\n')
        {
            var message = await connection.ReceiveAsync().Within("a line");
            if (message.Length == 0)
                break;
            line.Append(Encoding.ASCII.GetString(message.Span));
        }

        return line.ToString().TrimEnd('\n');
    }

    private async Task<ServerBinding> ServeAsync(Func<DuplexConnection, Task> handler) =>
        await Sys.AlephTcp().ServeAsync(0, handler).Within("the server bound");
}
