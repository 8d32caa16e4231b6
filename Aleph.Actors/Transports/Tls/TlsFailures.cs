using System.ComponentModel;
using System.Security.Authentication;

namespace Aleph.Actors.Transports.Tls;

/// <summary>Tells the classes of failed handshakes apart, by what the runtime says of them.</summary>
internal static class TlsFailures
{
    // SEC_E_APPLICATION_PROTOCOL_MISMATCH of Windows.
    private const int NoCommonProtocol = unchecked((int)0x80090367);

    public static TlsException Of(Exception cause, TlsStream stream, TlsWire wire, TlsRole role)
    {
        if (stream.CertificateFault is { } fault)
            return fault;
        if (cause is TlsException known)
            return known;
        var text = Innermost(cause);
        if (cause is IOException && wire.EndWasRead)
            return new TlsException(TlsFailure.PeerClosed, "the peer closed in the TLS handshake", cause);
        if (text.Contains("no application protocol", StringComparison.OrdinalIgnoreCase) || IsNoCommonProtocol(cause))
        {
            return new TlsException(
                TlsFailure.NoCommonApplicationProtocol, "the two sides have no application protocol in common", cause);
        }

        if (AlertIn(text) is { } alert)
            return new TlsException(TlsFailure.PeerAlert, $"the peer refused: {alert}", cause);
        return new TlsException(
            TlsFailure.Other, $"the TLS {(role.IsServer ? "server" : "client")} failed: {text}", cause);
    }

    private static string Innermost(Exception cause)
    {
        while (cause.InnerException is { } inner)
            cause = inner;
        return cause.Message;
    }

    private static bool IsNoCommonProtocol(Exception cause) =>
        cause is AuthenticationException { InnerException: Win32Exception { NativeErrorCode: NoCommonProtocol } };

    // OpenSSL: "error:0A000412:SSL routines::sslv3 alert bad certificate".
    private static string? AlertIn(string text)
    {
        var at = text.IndexOf(" alert ", StringComparison.Ordinal);
        return at < 0 ? null : text[(at + 1)..];
    }
}
