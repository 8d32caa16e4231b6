using System.Net.Sockets;
using System.Text;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Tests.Tcp;
using Xunit;

namespace Aleph.Actors.Tests.Transports.Tls;

/// <summary>TLS that begins in the midst of a connection, in both roles.</summary>
public sealed class StartTlsTests : TlsHarness
{
    private static readonly TlsServerSettings Settings = ServerOf();

    [Fact]
    public async Task Both_roles_change_to_tls_and_are_told()
    {
        await using var server = await TcpServer.BindAsync(Sys, _ => new StartTlsServer(Settings));
        var client = new StartTlsClient(Client);
        await TcpClient.ConnectAsync(Sys, server.LocalEndPoint, _ => client).Within("a connection");

        Assert.Equal("echo secret", await client.Answer.Task.Within("the answer through TLS"));
        Assert.NotNull((await client.Opened.Task.Within("the client was told")).Tls);
    }

    [Fact]
    public async Task The_reply_leaves_in_clear_and_bytes_after_the_command_are_taken_for_tls()
    {
        await using var server = await TcpServer.BindAsync(Sys, _ => new StartTlsServer(Settings));
        var socket = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        using var stream = new NetworkStream(socket, ownsSocket: true);
        await stream.WriteAsync("STARTTLS\n"u8.ToArray());
        var reply = new byte[3];
        await stream.ReadExactlyAsync(reply).AsTask().Within("the reply");
        Assert.Equal("go\n", Encoding.ASCII.GetString(reply));
        using var tls = await OpenAsync(stream);
        await tls.WriteAsync("hello\n"u8.ToArray());
        var echo = new byte[11];
        await tls.ReadExactlyAsync(echo).AsTask().Within("the echo");
        Assert.Equal("echo hello\n", Encoding.ASCII.GetString(echo));
    }

    [Fact]
    public async Task Plain_text_sent_after_the_command_is_never_taken_for_decrypted()
    {
        var protocol = new StartTlsServer(Settings);
        await using var server = await TcpServer.BindAsync(Sys, _ => protocol);
        using var socket = await TcpTesting.ConnectAsync(server.LocalEndPoint);

        // The injection of CVE-2011-0411: a command in the same packet, which must not be run as if TLS protected it.
        await socket.SendAsync("STARTTLS\nRSET\n"u8.ToArray());
        var end = await protocol.Ended.Within("the connection ended");

        Assert.Equal(ConnectionEndReason.HandshakeFailed, end.Reason);
        Assert.Equal(TlsFailure.NotTls, Assert.IsType<TlsException>(end.Cause).Failure);
        Assert.Equal(["STARTTLS"], protocol.Lines);
    }

    [Fact]
    public async Task The_log_says_that_the_connection_was_open_when_TLS_failed()
    {
        await using var server = await TcpServer.BindAsync(Sys, _ => new StartTlsServer(Settings));
        using var socket = await TcpTesting.ConnectAsync(server.LocalEndPoint);

        await EventFilter.Info(contains: "was open when its handshake failed: ")
            .ExpectOneAsync(async () => await socket.SendAsync("STARTTLS\nRSET\n"u8.ToArray()));
    }

    [Fact]
    public async Task The_log_says_that_a_connection_without_a_handshake_did_not_open()
    {
        await using var server = await ServeAsync(Settings);
        using var socket = await TcpTesting.ConnectAsync(server.LocalEndPoint);

        await EventFilter.Info(contains: " did not open: ")
            .ExpectOneAsync(async () => await socket.SendAsync("plain text\n"u8.ToArray()));
    }

    [Fact]
    public async Task Without_a_certificate_it_is_refused_at_the_call()
    {
        var protocol = new StartTlsServer(TlsServerSettings.Default);
        await using var server = await TcpServer.BindAsync(Sys, _ => protocol);
        using var socket = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await socket.SendAsync("STARTTLS\n"u8.ToArray());
        var end = await protocol.Ended.Within("the connection ended");

        // The exception left the callback that called StartTls.
        Assert.Equal(ConnectionEndReason.Failed, end.Reason);
        Assert.StartsWith(
            "aleph.tcp.tls.certificate is null; it must name a certificate", end.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_handshake_timeout_applies()
    {
        var protocol = new StartTlsServer(Settings with { HandshakeTimeout = TimeSpan.FromMilliseconds(100) });
        await using var server = await TcpServer.BindAsync(Sys, _ => protocol);
        using var socket = await TcpTesting.ConnectAsync(server.LocalEndPoint);
        await socket.SendAsync("STARTTLS\n"u8.ToArray());
        var end = await protocol.Ended.Within("the connection ended");
        Assert.Equal(TlsFailure.Timeout, Assert.IsType<TlsException>(end.Cause).Failure);
    }

    [Fact]
    public async Task A_client_verifies_the_name_it_gives()
    {
        await using var server = await TcpServer.BindAsync(Sys, _ => new StartTlsServer(Settings));
        var client = new StartTlsClient(Client with { ServerName = null }, "elsewhere.example.org");
        await TcpClient.ConnectAsync(Sys, server.LocalEndPoint, _ => client).Within("a connection");
        var end = await client.Ended.Task.Within("the client ended");
        Assert.Equal(TlsFailure.NameMismatch, Assert.IsType<TlsException>(end.Cause).Failure);
    }
}

/// <summary>Lines: STARTTLS begins TLS, anything else is echoed.</summary>
internal sealed class StartTlsServer(TlsServerSettings settings) : IConnectionProtocol
{
    private readonly TaskCompletionSource<ConnectionEnd> _ended =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<string> Lines { get; } = [];

    public Task<ConnectionEnd> Ended => _ended.Task;

    public long Deadline => long.MaxValue;

    private IConnection Connection { get; set; } = null!;

    public void Start(IConnection connection) => Connection = connection;

    public int OnReceived(ReadOnlySpan<byte> data)
    {
        var end = data.IndexOf((byte)'\n');
        if (end < 0)
            return 0;
        var line = Encoding.ASCII.GetString(data[..end]);
        Lines.Add(line);
        if (line == "STARTTLS")
        {
            Connection.Output.Write("go\n"u8);
            Connection.StartTls(settings);
        }
        else
        {
            Connection.Output.Write(Encoding.ASCII.GetBytes($"echo {line}\n"));
        }

        return end + 1;
    }

    public void OnMessage(object message)
    {
    }

    public void OnWritable()
    {
    }

    public void OnPeerClosed() => Connection.Close(ConnectionEnd.Completed);

    public void OnDeadline(long now)
    {
    }

    public void Drain() => Connection.Close(ConnectionEnd.Drained);

    public void OnEnded(ConnectionEnd end) => _ended.TrySetResult(end);
}

/// <summary>Asks for TLS, begins it, writes at once, and notes what happens.</summary>
internal sealed class StartTlsClient(TlsClientSettings settings, string host = "localhost") : IConnectionProtocol
{
    private IConnection _connection = null!;

    public TaskCompletionSource<ConnectionInfo> Opened { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource<string> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource<ConnectionEnd> Ended { get; } =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Deadline => long.MaxValue;

    public void Start(IConnection connection)
    {
        _connection = connection;
        connection.Output.Write("STARTTLS\n"u8);
    }

    public int OnReceived(ReadOnlySpan<byte> data)
    {
        var end = data.IndexOf((byte)'\n');
        if (end < 0)
            return 0;
        var line = Encoding.ASCII.GetString(data[..end]);
        if (line != "go")
            Answer.TrySetResult(line);
        else
            _connection.StartTls(settings, host);
        return end + 1;
    }

    public void OnOpened()
    {
        Opened.TrySetResult(_connection.Info);
        _connection.Output.Write("secret\n"u8);
    }

    public void OnMessage(object message)
    {
    }

    public void OnWritable()
    {
    }

    public void OnPeerClosed() => _connection.Close(ConnectionEnd.Completed);

    public void OnDeadline(long now)
    {
    }

    public void Drain() => _connection.Close(ConnectionEnd.Drained);

    public void OnEnded(ConnectionEnd end) => Ended.TrySetResult(end);
}
