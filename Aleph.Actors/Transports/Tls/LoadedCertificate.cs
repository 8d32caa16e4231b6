using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Aleph.Actors.Transports.Tls;

/// <summary>A certificate ready for handshakes, with the chain that is sent. Shared by connections, never
/// changed.</summary>
internal sealed record LoadedCertificate(
    X509Certificate2 Certificate, X509Certificate2Collection Intermediates, SslStreamCertificateContext Context)
{
    public static LoadedCertificate Of(
        X509Certificate2 certificate, X509Certificate2Collection intermediates, string description)
    {
        if (!certificate.HasPrivateKey)
            throw new CertificateException($"{description} has no private key");

        // Offline: a server must start, and reload, when the network that could complete its chain is down.
        var context = SslStreamCertificateContext.Create(certificate, intermediates, offline: true);
        return new LoadedCertificate(certificate, intermediates, context);
    }
}
