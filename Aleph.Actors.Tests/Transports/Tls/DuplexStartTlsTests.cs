using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text;
using Akka.IO;
using Akka.Streams;
using Akka.Streams.Dsl;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Tests.Tcp;
using Xunit;

namespace Aleph.Actors.Tests.Transports.Tls;

/// <summary>TLS that begins in the midst of a connection which a function or a stream handles.</summary>
public sealed class DuplexStartTlsTests : TlsHarness
{
    private static readonly TlsServerSettings Settings = ServerOf();

    private readonly ActorMaterializer _materializer;

    public DuplexStartTlsTests() => _materializer = ActorMaterializer.Create(Sys);

    [Fact]
    public async Task Both_roles_talk_in_clear_and_then_through_tls()
    {
        await using var server = await Sys.AlephTcp().ServeAsync(0, UpgradeAsync);
        await using var client = await Sys.AlephTcp().ConnectAsync(server.LocalEndPoint);
        Assert.Null(client.Info.Tls);
        await client.SendAsync("STARTTLS\n"u8.ToArray());
        Assert.Equal("go\n", await TextAsync(client, 3));
        var info = await client.StartTlsAsync(Client, "localhost").Within("TLS of the client");
        await client.SendAsync("secret"u8.ToArray());

        Assert.Equal("secret", await TextAsync(client, 6));
        Assert.NotNull(info.Tls);
        Assert.Equal(info, client.Info);
    }

    [Fact]
    public async Task A_runtime_client_takes_the_upgrade_also_when_its_hello_comes_with_the_command()
    {
        await using var server = await Sys.AlephTcp().ServeAsync(0, UpgradeAsync);
        using var socket = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await using var wire = new NetworkStream(socket);
        await using var tls = await OpenAsync(new HurriedStream(wire, "STARTTLS\n"u8.ToArray(), expected: 3));

        await AssertEchoesAsync(tls);
    }

    [Fact]
    public async Task A_stream_follows_the_upgrade()
    {
        var binding = TcpStreams.Bind(Sys, 0)
            .To(Sink.ForEach<IncomingTcpConnection>(incoming => incoming.HandleWith(async connection =>
            {
                Assert.Equal("STARTTLS\n", await TextAsync(connection, 9));
                await connection.SendAsync("go\n"u8.ToArray());
                await connection.StartTlsAsync(Settings);
                connection.Source.RunWith(connection.Sink, _materializer);
                await connection.Completion;
            })))
            .Run(_materializer);
        await using var server = await binding.Within("the server bound");
        await using var client = await Sys.AlephTcp().ConnectAsync(server.LocalEndPoint);
        await client.SendAsync("STARTTLS\n"u8.ToArray());
        Assert.Equal("go\n", await TextAsync(client, 3));
        await client.StartTlsAsync(Client, "localhost").Within("TLS of the client");
        var numbers = Enumerable.Range(0, 1000).Select(i => $"{i:0000}").ToArray();
        var echoed = Source.From(numbers.Select(ByteString.FromString))
            .Via(Flow.FromSinkAndSource(client.Sink, client.Source))
            .RunAggregate(ByteString.Empty, (all, next) => all + next, _materializer);

        var text = (await echoed.Within("the echo of all")).ToString(Encoding.ASCII);
        Assert.Equal(string.Concat(numbers), text);
    }

    [Fact]
    public async Task Plain_text_sent_with_the_command_fails_the_handshake()
    {
        var failure = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await Sys.AlephTcp().ServeAsync(0, async connection =>
        {
            try
            {
                var read = await connection.Input.ReadAtLeastAsync(14);
                connection.Input.AdvanceTo(read.Buffer.GetPosition(9));
                await connection.StartTlsAsync(Settings);
            }
            catch (Exception e)
            {
                failure.SetResult(e);
                throw;
            }
        });
        using var socket = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await socket.SendAsync("STARTTLS\nRSET\n"u8.ToArray());

        var ended = Assert.IsType<ConnectionEndedException>(await failure.Task.Within("the handshake failed"));
        Assert.Equal(ConnectionEndReason.HandshakeFailed, ended.End.Reason);
        Assert.Equal(TlsFailure.NotTls, Assert.IsType<TlsException>(ended.End.Cause).Failure);
    }

    [Fact]
    public async Task A_graph_that_runs_already_refuses()
    {
        await using var server = await Sys.AlephTcp().ServeAsync(
            0, connection => connection.Input.CopyToAsync(connection.Output));
        await using var client = await Sys.AlephTcp().ConnectAsync(server.LocalEndPoint);
        var taken = client.Source.RunWith(Sink.Ignore<ByteString>(), _materializer);

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(
            () => client.StartTlsAsync(Client, "localhost").Within("the refusal"));
        Assert.Contains("Akka.Streams graph", refusal.Message, StringComparison.Ordinal);
        Assert.False(taken.IsCompleted);
    }

    [Fact]
    public async Task A_wrong_name_ends_the_connection_with_the_cause()
    {
        await using var server = await Sys.AlephTcp().ServeAsync(0, UpgradeAsync);
        await using var client = await Sys.AlephTcp().ConnectAsync(server.LocalEndPoint);
        await client.SendAsync("STARTTLS\n"u8.ToArray());
        Assert.Equal("go\n", await TextAsync(client, 3));
        var ended = await Assert.ThrowsAsync<ConnectionEndedException>(() => client
            .StartTlsAsync(Client with { ServerName = null }, "elsewhere.example.org").Within("the failure"));

        Assert.Equal(TlsFailure.NameMismatch, Assert.IsType<TlsException>(ended.End.Cause).Failure);
    }

    [Fact]
    public async Task Settings_without_a_certificate_are_refused_at_the_call_and_the_connection_goes_on()
    {
        var refused = new TaskCompletionSource<Exception>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await Sys.AlephTcp().ServeAsync(0, async connection =>
        {
            var idle = TlsServerSettings.Default with { Configure = _ => { } };
            Assert.Throws<CertificateException>(() => { _ = connection.StartTlsAsync(idle); });
            refused.SetResult(Assert.Throws<CertificateException>(
                () => { _ = connection.StartTlsAsync(TlsServerSettings.Default); }));
            await foreach (var message in connection.ReceiveAllAsync())
                await connection.SendAsync(message);
        });
        await using var client = await Sys.AlephTcp().ConnectAsync(server.LocalEndPoint);
        await client.SendAsync("clear"u8.ToArray());

        Assert.StartsWith(
            "aleph.tcp.tls.certificate is null; it must name a certificate",
            (await refused.Task.Within("a refusal")).Message, StringComparison.Ordinal);
        Assert.Equal("clear", await TextAsync(client, 5));
    }

    [Fact]
    public async Task A_certificate_that_Configure_sets_is_enough()
    {
        var settings = new TlsServerSettings
        {
            Configure = options => options.ServerCertificate = Pki.Server("localhost"),
        };
        var started = new TaskCompletionSource<ConnectionInfo>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await Sys.AlephTcp().ServeAsync(
            0, async connection => started.SetResult(await connection.StartTlsAsync(settings)));
        using var socket = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await using var tls = await OpenAsync(new NetworkStream(socket));

        Assert.NotNull((await started.Task.Within("TLS of the server")).Tls);
    }

    private static async Task UpgradeAsync(DuplexConnection connection)
    {
        // The command alone is consumed: a peer in a hurry sends its hello along with it.
        var read = await connection.Input.ReadAtLeastAsync(9);
        Assert.Equal("STARTTLS\n", Encoding.ASCII.GetString(read.Buffer.Slice(0, 9)));
        connection.Input.AdvanceTo(read.Buffer.GetPosition(9));
        await connection.SendAsync("go\n"u8.ToArray());
        await connection.StartTlsAsync(Settings);

        // Another face than before.
        await foreach (var message in connection.ReceiveAllAsync())
            await connection.SendAsync(message);
    }

    // Never more than asked for: what follows is the layer's.
    private static async Task<string> TextAsync(DuplexConnection connection, int length)
    {
        var text = "";
        while (text.Length < length)
        {
            var message = await connection.ReceiveAsync().Within($"{length} bytes, after \"{text}\"");
            Assert.NotEqual(0, message.Length);
            text += Encoding.ASCII.GetString(message.Span);
        }

        return text;
    }

    /// <summary>Sends a command before the reply is awaited, with what follows, and skips the reply.</summary>
    private sealed class HurriedStream(NetworkStream inner, byte[] command, int expected) : Stream
    {
        private int _expected = expected;
        private bool _sent;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask WriteAsync(
            ReadOnlyMemory<byte> buffer, CancellationToken cancellation = default)
        {
            await inner.WriteAsync(_sent ? buffer : (byte[])[.. command, .. buffer.Span], cancellation);
            _sent = true;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellation = default)
        {
            await inner.ReadExactlyAsync(new byte[_expected], cancellation);
            _expected = 0;
            return await inner.ReadAsync(buffer, cancellation);
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
