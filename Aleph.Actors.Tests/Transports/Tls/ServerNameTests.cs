using System.Threading.Channels;
using Aleph.Actors.Tests.Support;
using Aleph.Actors.Transports.Tls;
using Xunit;

namespace Aleph.Actors.Tests.Transports.Tls;

/// <summary>Certificates by the name that a client asks for.</summary>
public sealed class ServerNameTests : TlsHarness
{
    [Theory]
    [InlineData("example.org", "exact")]
    [InlineData("EXAMPLE.org", "exact")]
    [InlineData("example.org.", "exact")]
    [InlineData("a.example.org", "wildcard")]
    [InlineData("www.example.org", "www")]
    [InlineData("a.b.example.org", null)]
    [InlineData(".example.org", null)]
    [InlineData("org", null)]
    [InlineData("*.example.org", "wildcard")]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void A_wildcard_stands_for_one_label_and_names_come_first(string? asked, string? expected)
    {
        var table = new TlsServerNames<string>();
        table.Add("example.org", "exact");
        table.Add("*.example.org", "wildcard");
        table.Add("www.example.org", "www");
        Assert.Equal(expected is not null, table.TryFind(asked, out var found));
        Assert.Equal(expected, found);
    }

    [Theory]
    [InlineData("example.org", true)]
    [InlineData("*.example.org", true)]
    [InlineData("*", false)]
    [InlineData("a.*.org", false)]
    [InlineData("*example.org", false)]
    [InlineData("", false)]
    [InlineData("exa mple", false)]
    public void Only_names_and_leading_wildcards_are_keys(string key, bool isKey) =>
        Assert.Equal(isKey, TlsServerNames.IsKey(key));

    [Theory]
    [InlineData("example.org", "CN=exact")]
    [InlineData("www.example.org", "CN=*.example.org")]
    [InlineData("nobody.knows.it", "CN=localhost")]
    [InlineData("127.0.0.1", "CN=localhost")]
    public async Task A_client_is_shown_the_certificate_of_the_name_it_asks_for(string asked, string subject)
    {
        await using var server = await ServeAsync(ServerOf() with
        {
            ServerNames = new Dictionary<string, TlsCertificate>
            {
                ["example.org"] = Pki.With(Pki.Server("exact")),
                ["*.example.org"] = Pki.With(Pki.Server("*.example.org")),
            },
        });
        using var client = await OpenAsync(server, o => o.TargetHost = asked);
        await AssertEchoesAsync(client);
        Assert.Equal(subject, client.RemoteCertificate!.Subject);
    }

    [Fact]
    public async Task The_protocol_knows_the_name_and_the_application_protocol()
    {
        var sessions = Channel.CreateUnbounded<TlsSession?>();
        await using var server = await ServeAsync(
            ServerOf() with { ApplicationProtocols = ["h2", "echo"] },
            info =>
            {
                sessions.Writer.TryWrite(info.Tls);
                return new Tcp.EchoProtocol();
            });
        var info = await ConnectAsync(server, Client with { ApplicationProtocols = ["echo"] });
        Assert.Equal("echo", info.Tls!.ApplicationProtocol);
        Assert.Equal("CN=localhost", info.Tls.PeerCertificate!.Subject);
        var named = await sessions.Reader.ReadAsync().Within("the first protocol");
        Assert.Equal(("echo", "localhost"), (named!.ApplicationProtocol, named.ServerName));
        await ConnectAsync(server, Client with { ServerName = null });
        var nameless = await sessions.Reader.ReadAsync().Within("the second protocol");
        Assert.Equal((null, null), (nameless!.ApplicationProtocol, nameless.ServerName));
    }

    [Fact]
    public async Task The_order_of_the_server_decides_between_application_protocols()
    {
        await using var server = await ServeAsync(ServerOf() with { ApplicationProtocols = ["b", "a"] });
        var info = await ConnectAsync(server, Client with { ApplicationProtocols = ["a", "b"] });
        Assert.Equal("b", info.Tls!.ApplicationProtocol);
    }
}
