using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Tests.Tcp;
using Xunit;

namespace Aleph.Actors.Tests.Transports.Tls;

/// <summary>Row 60: bad client certificates are refused before a protocol is made.</summary>
public sealed class ClientCertificateTests : TlsHarness
{
    private int _made;

    public static TheoryData<SslProtocols> Versions => new(SslProtocols.Tls12, SslProtocols.Tls13);

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_good_one_is_known_to_the_protocol(SslProtocols version)
    {
        var seen = new TaskCompletionSource<TlsSession?>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = await ServeAsync(
            Demanding(ClientCertificateMode.Required),
            info =>
            {
                seen.TrySetResult(info.Tls);
                return new EchoProtocol();
            });
        await ConnectAsync(
            server, Client with { Certificate = Pki.With(Pki.Client("alice")), Protocols = version });
        var session = await seen.Task.Within("a protocol was made");
        Assert.Equal("CN=alice", session!.PeerCertificate!.Subject);
        Assert.Equal(version, session.Protocol);
    }

    [Fact]
    public async Task None_is_asked_for_by_default()
    {
        await using var server = await ServeAsync(ServerOf(), Made);
        using var client = await OpenAsync(
            server, o => o.ClientCertificates = [Pki.Client("alice")]);
        await AssertEchoesAsync(client);
        Assert.False(client.IsMutuallyAuthenticated);
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task An_optional_one_may_be_missing(SslProtocols version)
    {
        await using var server = await ServeAsync(Demanding(ClientCertificateMode.Optional));
        await AssertEchoesAsync(await OpenAsync(server, o => o.EnabledSslProtocols = version));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task An_optional_one_may_not_be_bad(SslProtocols version) =>
        await RefusesAsync(
            Demanding(ClientCertificateMode.Optional), Unknown, version, "not trusted");

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_required_one_may_not_be_missing(SslProtocols version) =>
        await RefusesAsync(
            Demanding(ClientCertificateMode.Required), null, version, "showed no certificate");

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task An_expired_one_is_refused(SslProtocols version) =>
        await RefusesAsync(
            Demanding(ClientCertificateMode.Required),
            Pki.With(Pki.Expired(TestPki.ClientUse, "old")), version, "NotTimeValid");

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task One_for_servers_is_refused(SslProtocols version) =>
        await RefusesAsync(
            Demanding(ClientCertificateMode.Required),
            Pki.With(Pki.Server("localhost")), version, "NotValidForUsage");

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task One_of_an_unknown_authority_is_refused(SslProtocols version) =>
        await RefusesAsync(Demanding(ClientCertificateMode.Required), Unknown, version, "not trusted");

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task One_with_the_intermediate_of_others_is_refused(SslProtocols version) =>
        await RefusesAsync(
            Demanding(ClientCertificateMode.Required),
            TlsCertificate.From(TestPki.Unknown.Client("mallory"), [Pki.Intermediate]), version, "not trusted");

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task A_chain_of_100_kilobytes_is_refused_or_checked_without_harm(SslProtocols version)
    {
        var (leaf, above) = Pki.HugeClientChain(100_000);
        Assert.True(above.Sum(c => c.RawData.Length) >= 100_000);
        await using var server = await ServeAsync(Demanding(ClientCertificateMode.Required), Made);
        var settings = Client with { Certificate = TlsCertificate.From(leaf, above), Protocols = version };
        await EventFilter.Info(contains: $"of {server.LocalEndPoint} with").ExpectOneAsync(
            () => RefusedAsync(server, settings));
        Assert.Equal(0, Volatile.Read(ref _made));
    }

    [Fact]
    public async Task The_own_check_decides_instead()
    {
        var refusing = Demanding(ClientCertificateMode.Required) with
        {
            ValidateClientCertificate = (_, certificate, _, _) => certificate?.Subject == "CN=bob",
        };
        await RefusesAsync(refusing, Pki.With(Pki.Client("alice")), SslProtocols.Tls13, "own check");
        await using var server = await ServeAsync(refusing);
        await ConnectAsync(server, Client with { Certificate = Pki.With(Pki.Client("bob")) });
    }

    private static TlsCertificate Unknown => TestPki.Unknown.With(TestPki.Unknown.Client("mallory"));

    private static TlsServerSettings Demanding(ClientCertificateMode mode) =>
        ServerOf() with { ClientCertificates = mode, Trust = Pki.Trust };

    private async Task RefusesAsync(
        TlsServerSettings tls, TlsCertificate? certificate, SslProtocols version, string why)
    {
        await using var server = await ServeAsync(tls, Made);
        var settings = Client with { Certificate = certificate, Protocols = version };
        await EventFilter.Info(contains: why).ExpectOneAsync(() => RefusedAsync(server, settings));
        Assert.Equal(0, Volatile.Read(ref _made));
    }

    // With TLS 1.3 a client has finished before it can be refused: it hears of it afterwards.
    private async Task RefusedAsync(ServerBinding server, TlsClientSettings settings)
    {
        var protocol = new ScriptedProtocol();
        try
        {
            await ConnectAsync(server, settings, protocol);
            await protocol.Ended.Within("the refused connection ended");
        }
        catch (ConnectException failure)
        {
            Assert.Equal(ConnectPhase.Handshake, failure.Phase);
            Assert.IsType<TlsException>(failure.InnerException);
        }
    }

    private EchoProtocol Made(ConnectionInfo info)
    {
        Interlocked.Increment(ref _made);
        return new EchoProtocol();
    }
}
