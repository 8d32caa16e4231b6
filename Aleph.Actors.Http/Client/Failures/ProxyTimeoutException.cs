namespace Aleph.Actors.Http;

/// <summary>The proxy did not connect in time.</summary>
public sealed class ProxyTimeoutException : HttpTimeoutException
{
    internal ProxyTimeoutException(string message, Exception? cause)
        : base(message, cause)
    {
    }
}
