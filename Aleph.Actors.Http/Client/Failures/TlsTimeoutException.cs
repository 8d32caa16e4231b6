namespace Aleph.Actors.Http;

/// <summary>The TLS handshake was not complete in time.</summary>
public sealed class TlsTimeoutException : HttpTimeoutException
{
    internal TlsTimeoutException(string message, Exception? cause)
        : base(message, cause)
    {
    }
}
