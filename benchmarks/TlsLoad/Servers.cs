using System.Net;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Aleph.Actors;
using Microsoft.AspNetCore.Connections;

namespace TlsLoad;

/// <summary>
/// The two servers under load: each in the plainest form that its library offers for raw bytes over TLS. The first byte
/// of a connection says what it wants: E(cho), D(ownload without end), U(pload: everything is swallowed).
/// </summary>
internal static class Servers
{
    public const int Chunk = 64 * 1024;

    public static byte[] MakeCertificate()
    {
        using var certificate = DevelopmentCertificate.Create();
        return certificate.Export(X509ContentType.Pfx);
    }

    public static async Task<int> RunAsync(string kind, string pfx)
    {
        var port = kind == "ours" ? await StartOursAsync(pfx) : await StartKestrelAsync(pfx);
        Console.WriteLine(port);

        // The parent ends it by closing its input.
        await Console.In.ReadToEndAsync();
        return 0;
    }

    private static async Task<int> StartOursAsync(string pfx)
    {
        var system = ActorSystem.Create("load", "akka.loglevel = WARNING");
        var server = await TcpServer.BindAsync(
            system,
            _ => new LoadProtocol(),
            TcpSettings.Default with { Tls = new TlsServerSettings { Certificate = TlsCertificate.FromPfx(pfx) } });
        return ((IPEndPoint)server.LocalEndPoint).Port;
    }

    private static async Task<int> StartKestrelAsync(string pfx)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        var certificate = X509CertificateLoader.LoadPkcs12FromFile(pfx, null);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.UseHttps(certificate);
            listen.UseConnectionHandler<KestrelLoad>();
        }));
        var app = builder.Build();
        await app.StartAsync();
        return new Uri(app.Urls.Single()).Port;
    }
}

/// <summary>Ours.</summary>
internal sealed class LoadProtocol : IConnectionProtocol
{
    private static readonly byte[] Filler = new byte[Servers.Chunk];

    private IConnection _connection = null!;
    private byte _wish;

    public long Deadline => long.MaxValue;

    public void Start(IConnection connection) => _connection = connection;

    public int OnReceived(ReadOnlySpan<byte> data)
    {
        if (_wish == 0)
            _wish = data[0];
        if (_wish == (byte)'E')
            _connection.Output.Write(data);
        else if (_wish == (byte)'D')
            OnWritable();
        return data.Length;
    }

    public void OnMessage(object message)
    {
    }

    public void OnWritable()
    {
        if (_wish != (byte)'D')
            return;
        while (!_connection.Output.IsAboveHighMark)
            _connection.Output.Write(Filler);
    }

    public void OnPeerClosed() => _connection.Close(ConnectionEnd.Completed);

    public void OnDeadline(long now)
    {
    }

    public void Drain() => _connection.Close(ConnectionEnd.Drained);

    public void OnEnded(ConnectionEnd end)
    {
    }
}

/// <summary>Kestrel's.</summary>
internal sealed class KestrelLoad : ConnectionHandler
{
    private static readonly byte[] Filler = new byte[Servers.Chunk];

    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        var (input, output) = (connection.Transport.Input, connection.Transport.Output);
        byte wish = 0;
        try
        {
            while (await input.ReadAsync() is { IsCompleted: false } read)
            {
                if (wish == 0)
                    wish = read.Buffer.FirstSpan[0];
                if (wish == (byte)'E')
                {
                    foreach (var part in read.Buffer)
                        await output.WriteAsync(part);
                }

                input.AdvanceTo(read.Buffer.End);
                while (wish == (byte)'D' && !connection.ConnectionClosed.IsCancellationRequested)
                {
                    if ((await output.WriteAsync(Filler)).IsCompleted)
                        break;
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ConnectionResetException)
        {
            // The client has enough.
        }
    }
}
