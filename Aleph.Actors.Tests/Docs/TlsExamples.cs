using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using Akka.Actor;
using Aleph.Actors.Http;

namespace Aleph.Actors.Tests.Docs;

/// <summary>The examples of docs/guide/tls.md; TlsGuideTests runs them.</summary>
internal static class TlsExamples
{
    public static async Task<ServerBinding> ServeHttpsAsync(ActorSystem system, string folder)
    {
        var tls = new TlsServerSettings
        {
            Certificate = TlsCertificate.FromPem($"{folder}/server.pem", $"{folder}/server.key"),
            ApplicationProtocols = ["http/1.1"],
        };
        var settings = HttpServerSettings.Default with { Tcp = TcpSettings.Default with { Tls = tls } };
        var server = await system.Http().ServeAsync(
            0, HttpServerHandler.Of(request => HttpResponse.Text($"{request.TlsSession!.Protocol}")), settings);
        return server;
    }

    public static TlsServerSettings Develop()
    {
        var tls = new TlsServerSettings { Certificate = TlsCertificate.From(DevelopmentCertificate.Create()) };
        return tls;
    }

    public static TlsServerSettings ByName(TlsCertificate standard, TlsCertificate shop, TlsCertificate others)
    {
        var tls = new TlsServerSettings
        {
            Certificate = standard,
            ServerNames = new Dictionary<string, TlsCertificate>
            {
                ["shop.example.org"] = shop,
                ["*.example.org"] = others,
            },
        };
        return tls;
    }

    public static TlsServerSettings AskClients(TlsServerSettings tls, string roots)
    {
        var mutual = tls with
        {
            ClientCertificates = ClientCertificateMode.Required,
            Trust = TlsTrust.FromPem(roots),
        };
        return mutual;
    }

    public static ConnectionProtocolFactory ChooseByAlpn(
        Func<IConnectionProtocol> modern, Func<IConnectionProtocol> classic)
    {
        ConnectionProtocolFactory protocol = info =>
            info.Tls?.ApplicationProtocol == "acme/2" ? modern() : classic();
        return protocol;
    }

    public static async Task<string> ConnectAsync(
        ActorSystem system, EndPoint remote, IConnectionProtocol protocol, TlsTrust trust)
    {
        var settings = TcpClientSettings.Default with
        {
            Tls = new TlsClientSettings { Trust = trust, ServerName = "localhost" },
        };
        try
        {
            var info = await TcpClient.ConnectAsync(system, remote, _ => protocol, settings);
            return $"{info.Tls!.Protocol} with {info.Tls.CipherSuite}";
        }
        catch (ConnectException e) when (e.InnerException is TlsException { Failure: TlsFailure.NameMismatch } cause)
        {
            return cause.Message;
        }
    }

    public static async Task<ServerProtocol.Event> ReloadAsync(IActorRef server)
    {
        var answer = await server.Ask<ServerProtocol.Event>(ServerProtocol.ReloadCertificates.Instance);
        return answer;
    }

    public static TlsServerSettings Escape(TlsServerSettings tls)
    {
        var strict = tls with
        {
            Configure = options =>
            {
                options.AllowTlsResume = false;
                options.EncryptionPolicy = EncryptionPolicy.RequireEncryption;
            },
        };
        return strict;
    }

    public static void Upgrade(IConnection connection, TlsServerSettings tls)
    {
        connection.Output.Write("220 go ahead\r\n"u8);
        connection.StartTls(tls);
    }

    public static async Task<TlsSession?> UpgradeAsync(DuplexConnection connection, TlsServerSettings tls)
    {
        var read = await connection.Input.ReadAtLeastAsync("STARTTLS\n".Length);
        connection.Input.AdvanceTo(read.Buffer.GetPosition("STARTTLS\n".Length));
        await connection.SendAsync("220 go ahead\n"u8.ToArray());
        var session = (await connection.StartTlsAsync(tls)).Tls;
        return session;
    }
}
