using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Aleph.Actors.Transports.Tls;

/// <summary>
/// Turns what the runtime found about a peer's certificate into the failure that its connection reports.
/// </summary>
internal static class CertificateChecks
{
    private const X509ChainStatusFlags RevocationFlags =
        X509ChainStatusFlags.Revoked | X509ChainStatusFlags.RevocationStatusUnknown
        | X509ChainStatusFlags.OfflineRevocation;

    /// <summary>Null when the certificate is good.</summary>
    public static TlsException? FaultOf(
        X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors, string? host)
    {
        if (errors == SslPolicyErrors.None)
            return null;
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            return new TlsException(TlsFailure.NoCertificate, "the peer showed no certificate");
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
            return ChainFault(certificate, chain);
        return new TlsException(
            TlsFailure.NameMismatch,
            $"the certificate of {LogText.Of(certificate.Subject)} is not one for {LogText.Of(host)}");
    }

    private static TlsException ChainFault(X509Certificate certificate, X509Chain? chain)
    {
        var found = X509ChainStatusFlags.NoError;
        foreach (var status in chain?.ChainStatus ?? [])
            found |= status.Status;
        var failure = found switch
        {
            X509ChainStatusFlags.NotTimeValid => TlsFailure.Expired,
            _ when (found & RevocationFlags) != 0 && (found & ~RevocationFlags) == 0 => TlsFailure.Revoked,
            _ when found.HasFlag(X509ChainStatusFlags.Revoked) => TlsFailure.Revoked,
            _ => TlsFailure.UntrustedCertificate,
        };
        return new TlsException(
            failure, $"the certificate of {LogText.Of(certificate.Subject)} is not trusted: {found}");
    }
}
