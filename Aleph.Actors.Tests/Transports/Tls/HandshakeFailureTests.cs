using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Tests.Tcp;
using Xunit;

namespace Aleph.Actors.Tests.Transports.Tls;

/// <summary>What clients of ours are told of a handshake that failed, and what the server logs of it.</summary>
public sealed class HandshakeFailureTests : TlsHarness
{
    [Fact]
    public async Task A_certificate_of_another_name_is_a_name_mismatch()
    {
        var failure = await FailOneLineAsync(ServerOf("elsewhere.example.org"), Client);
        Assert.Equal(TlsFailure.NameMismatch, failure.Failure);
        Assert.Contains("localhost", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_certificate_is_named_so()
    {
        var server = new TlsServerSettings { Certificate = Pki.With(Pki.Expired(TestPki.ServerUse, "localhost")) };
        Assert.Equal(TlsFailure.Expired, (await FailOneLineAsync(server, Client)).Failure);
    }

    [Fact]
    public async Task An_unknown_authority_is_not_trusted()
    {
        var unknown = TestPki.Unknown;
        var server = new TlsServerSettings { Certificate = unknown.With(unknown.Server("localhost")) };
        Assert.Equal(TlsFailure.UntrustedCertificate, (await FailOneLineAsync(server, Client)).Failure);
    }

    [Fact]
    public async Task A_self_signed_certificate_is_not_trusted_by_the_roots_of_the_system()
    {
        var server = new TlsServerSettings { Certificate = TlsCertificate.From(DevelopmentCertificate.Create()) };
        var failure = await FailOneLineAsync(server, new TlsClientSettings { ServerName = "localhost" });
        Assert.Equal(TlsFailure.UntrustedCertificate, failure.Failure);
    }

    [Fact]
    public async Task A_certificate_for_clients_is_none_for_a_server()
    {
        var server = new TlsServerSettings { Certificate = Pki.With(Pki.Client("localhost")) };
        Assert.Equal(TlsFailure.UntrustedCertificate, (await FailOneLineAsync(server, Client)).Failure);
    }

    [Fact]
    public async Task A_missing_intermediate_is_not_trusted()
    {
        var server = new TlsServerSettings { Certificate = TlsCertificate.From(Pki.Server("localhost")) };
        Assert.Equal(TlsFailure.UntrustedCertificate, (await FailOneLineAsync(server, Client)).Failure);
    }

    [Fact]
    public async Task Without_a_common_application_protocol_the_alert_120_is_told()
    {
        var failure = await FailOneLineAsync(
            ServerOf() with { ApplicationProtocols = ["h2"] }, Client with { ApplicationProtocols = ["http/1.1"] });
        Assert.Equal(TlsFailure.NoCommonApplicationProtocol, failure.Failure);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, SslProtocols.Tls13)]
    [InlineData(SslProtocols.Tls13, SslProtocols.Tls12)]
    public async Task Without_a_common_version_the_peer_refuses(SslProtocols server, SslProtocols client)
    {
        var failure = await FailOneLineAsync(
            ServerOf() with { Protocols = server }, Client with { Protocols = client });
        Assert.Equal(TlsFailure.PeerAlert, failure.Failure);
        Assert.Contains("protocol version", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_speaks_something_else_does_not_speak_tls()
    {
        await using var server = await TcpServer.BindAsync(Sys, _ => new ScriptedProtocol
        {
            OnStart = c => c.Output.Write("220 ready\r\n"u8),
        });
        Assert.Equal(TlsFailure.NotTls, (await FailAsync(server.LocalEndPoint, Client)).Failure);
    }

    [Fact]
    public async Task A_server_that_closes_in_the_middle_is_named_so()
    {
        await using var server = await TcpServer.BindAsync(Sys, _ => new ScriptedProtocol
        {
            Receive = (c, data) =>
            {
                c.Close(ConnectionEnd.Completed);
                return data.Length;
            },
        });
        Assert.Equal(TlsFailure.PeerClosed, (await FailAsync(server.LocalEndPoint, Client)).Failure);
    }

    [Fact]
    public async Task A_server_that_resets_in_the_middle_is_named_so()
    {
        await using var server = await TcpServer.BindAsync(Sys, _ => new ScriptedProtocol
        {
            Receive = (c, data) =>
            {
                c.Abort(ConnectionEnd.Completed);
                return data.Length;
            },
        });
        Assert.Equal(TlsFailure.PeerClosed, (await FailAsync(server.LocalEndPoint, Client)).Failure);
    }

    [Fact]
    public async Task A_silent_server_is_left_at_the_handshake_timeout()
    {
        using var silent = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        silent.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        silent.Listen(1);
        var hasty = Client with { HandshakeTimeout = TimeSpan.FromMilliseconds(100) };
        Assert.Equal(TlsFailure.Timeout, (await FailAsync(silent.LocalEndPoint!, hasty)).Failure);
    }

    [Fact]
    public async Task A_server_that_speaks_tls_1_1_only_is_refused()
    {
        // A ServerHello of TLS 1.1, as an old server would answer: version, random, no session, a suite of its time.
        byte[] hello = [2, 0, 0, 38, 3, 2, .. new byte[32], 0, 0, 0x2f, 0];
        byte[] record = [22, 3, 2, 0, (byte)hello.Length, .. hello];
        await using var server = await TcpServer.BindAsync(Sys, _ => new ScriptedProtocol
        {
            Receive = (c, data) =>
            {
                c.Output.Write(record);
                return data.Length;
            },
        });
        var failure = await FailAsync(server.LocalEndPoint, Client);
        Assert.Equal(TlsFailure.Other, failure.Failure);
        Assert.Contains("unsupported protocol", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_own_check_may_refuse_what_is_good_and_take_what_is_not()
    {
        await using var server = await ServeAsync(ServerOf("elsewhere.example.org"));
        var refusing = Client with { ValidateServerCertificate = (_, _, _, _) => false };
        Assert.Equal(
            TlsFailure.UntrustedCertificate, (await FailAsync(server.LocalEndPoint, refusing)).Failure);
        var findings = new List<System.Net.Security.SslPolicyErrors>();
        await ConnectAsync(server, Client with
        {
            ValidateServerCertificate = (_, _, _, errors) =>
            {
                findings.Add(errors);
                return errors == System.Net.Security.SslPolicyErrors.RemoteCertificateNameMismatch;
            },
        });
        Assert.Equal([System.Net.Security.SslPolicyErrors.RemoteCertificateNameMismatch], findings);
    }

    [Fact]
    public async Task The_name_and_the_chain_are_left_unchecked_only_by_their_switches()
    {
        await using var other = await ServeAsync(ServerOf("elsewhere.example.org"));
        await ConnectAsync(other, Client with { VerifyHostName = false });
        await using var unknown = await ServeAsync(
            new TlsServerSettings { Certificate = TlsCertificate.From(DevelopmentCertificate.Create()) });
        Assert.Equal(
            TlsFailure.UntrustedCertificate,
            (await FailAsync(unknown.LocalEndPoint, Client with { VerifyHostName = false })).Failure);
        await ConnectAsync(unknown, Client with { TrustEveryoneInsecurely = true });
    }

    [Fact]
    public async Task The_address_is_verified_where_no_name_is_given()
    {
        await using var good = await ServeAsync(ServerOf());
        await ConnectAsync(good, Client with { ServerName = null });
        await using var bad = await ServeAsync(
            new TlsServerSettings { Certificate = Pki.With(Pki.Server("localhost")) });
        var failure = await FailAsync(bad.LocalEndPoint, Client with { ServerName = null });
        Assert.Equal(TlsFailure.NameMismatch, failure.Failure);
    }

    // Fails on the client; the server's protocol is never made, and one line tells of it.
    private async Task<TlsException> FailOneLineAsync(TlsServerSettings server, TlsClientSettings client)
    {
        var ended = new TaskCompletionSource<TlsException>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var binding = await ServeAsync(server);
        await EventFilter.Info(contains: $"of {binding.LocalEndPoint} with").ExpectOneAsync(async () =>
            ended.SetResult(await FailAsync(binding.LocalEndPoint, client)));
        return await ended.Task;
    }
}
