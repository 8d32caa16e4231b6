using System.Security.Cryptography.X509Certificates;

namespace Aleph.Actors.Transports.Tls;

/// <summary>Reads what a finished handshake agreed on.</summary>
internal static class TlsSessions
{
    public static TlsSession Of(TlsStream stream)
    {
        var protocol = stream.NegotiatedApplicationProtocol.Protocol;
        return new TlsSession(
            stream.SslProtocol,
            stream.NegotiatedCipherSuite,
            protocol.IsEmpty ? null : System.Text.Encoding.ASCII.GetString(protocol.Span),
            stream.TargetHostName is { Length: > 0 } name ? name : null,
            stream.RemoteCertificate switch
            {
                null => null,
                X509Certificate2 certificate => certificate,
                var other => X509CertificateLoader.LoadCertificate(other.GetRawCertData()),
            });
    }
}
