using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Akka.Actor;
using Aleph.Actors;
using Soak.Servers;

namespace Soak.Traffic;

/// <summary>The ways to a server of bytes.</summary>
internal static class Connecting
{
    /// <summary>A plain socket.</summary>
    public static Func<CancellationToken, Task<Stream>> Plain(SoakServer server) =>
        cancellation => PlainAsync(server.EndPoint, cancellation);

    /// <summary>The TLS of .NET on a plain socket.</summary>
    public static Func<CancellationToken, Task<Stream>> PlainTls(
        SoakServer server, X509Certificate2 root) => async cancellation =>
    {
        var tls = new SslStream(await PlainAsync(server.EndPoint, cancellation), leaveInnerStreamOpen: false);
        try
        {
            await tls.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions
                {
                    TargetHost = "localhost",
                    CertificateChainPolicy = Trusting(root),
                },
                cancellation);
            return tls;
        }
        catch
        {
            await tls.DisposeAsync();
            throw;
        }
    };

    /// <summary>Our client.</summary>
    public static Func<CancellationToken, Task<Stream>> Ours(
        ActorSystem system, SoakServer server, TlsClientSettings? tls = null) => async cancellation =>
    {
        var tcp = system.AlephTcp();
        var connection = await tcp.ConnectAsync(
            server.EndPoint, tcp.ClientSettings with { Tls = tls }, cancellation);
        return connection.AsStream();
    };

    private static X509ChainPolicy Trusting(X509Certificate2 root)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.Add(root);
        return policy;
    }

    private static async Task<Stream> PlainAsync(EndPoint server, CancellationToken cancellation)
    {
        var isUnix = server is UnixDomainSocketEndPoint;
        var socket = new Socket(
            server.AddressFamily, SocketType.Stream, isUnix ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(server, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
